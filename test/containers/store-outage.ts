import assert from 'node:assert/strict';
import { until } from '#test/support/until.ts';
import type { Compose } from './compose.ts';
import { adminUrl, type People } from './people.ts';

const underWay = 40;
/** Long enough for a store to go while WeChat is asked. */
const slowMs = 3_000;

type Outage = {
  compose: Compose;
  people: People;
  service: 'redis' | 'mongo';
  /** What the people of this outage are called. */
  crowd: string;
  /** The container is removed, too, and another one started on the same volume. */
  isMadeAnew: boolean;
};

/** Takes a store away while people are logging in and gives it back: they come in, and so do others, and who was here before. */
export async function throughAnOutage({
  compose,
  people,
  service,
  crowd,
  isMadeAnew,
}: Outage): Promise<string> {
  await people.slowDown(slowMs);
  const before = (await people.trades()).size;
  const names = Array.from({ length: underWay }, (_, index) => `${crowd}-${index}`);
  const logins = Promise.allSettled(names.map(people.logIn));
  await until(async () => (await people.trades()).size > before, { what: 'WeChat is asked about somebody' });

  await compose.compose(isMadeAnew ? ['rm', '--stop', '--force', service] : ['stop', service]);
  await until(async () => (await readiness()) === 503, { what: `the ingress says that ${service} is away` });
  const begun = performance.now();
  await compose.compose([
    'up',
    '--detach',
    '--no-build',
    '--no-deps',
    '--wait',
    '--wait-timeout=120',
    service,
  ]);
  await until(async () => (await readiness()) === 200, { timeoutMs: 120_000, what: 'the ingress is ready' });
  const backMs = performance.now() - begun;

  for (const login of await logins) if (login.status === 'rejected') throw login.reason;
  await people.slowDown(0);
  await people.logInAll([`${crowd}-later`, 'first']);

  const most = Math.max(...(await people.trades()).values());
  assert.ok(most <= 2, `a code was traded ${most} times`);
  const restarts = await compose.docker(['inspect', '--format={{.RestartCount}}', ...(await idsOf(compose))]);
  assert.match(restarts, /^(0\n?)+$/, 'a process of ours ended itself');
  return `${underWay} who were under way came in, and others; ready ${(backMs / 1_000).toFixed(1)} s after its start`;
}

async function readiness(): Promise<number> {
  return (await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(10_000) })).status;
}

async function idsOf(compose: Compose): Promise<string[]> {
  const ours = [await compose.containers('ingress'), await compose.containers('workers')].flat();
  return ours.map(({ Id }) => Id);
}
