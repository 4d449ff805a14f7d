import test, { type ExecutionContext } from 'ava';
import { startRedis } from '#dev-stores/start-redis.ts';
import { ticketIn } from '#test/support/person.ts';
import { digitsIn, openDesktop } from '#test/support/scan.ts';
import type { Enterprise } from '#test/support/seed-service.ts';
import { startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

// A Redis of this file's own is killed (-9) and starts again on its file; an ingress is killed and another takes its port. Scans in
// each of their states meet it: each goes on as if nothing had been, and logs in the one who scanned.
const redis = await startRedis();
const service = await startService({ redis: { url: redis.url, prefix: 'test-scan-restarts' } });
test.after.always('the service and its Redis end', async () => {
  await service.stop();
  await redis.close();
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const states = ['shown', 'scanned', 'asked', 'digits shown', 'let in', 'told'] as const;
type State = (typeof states)[number];

/** A desktop and the phone of somebody, and each step of theirs, by the state that it leads to. */
function createPair({ entId, appid }: Enterprise) {
  const phone = service.person();
  let desktop: Awaited<ReturnType<typeof openDesktop>>;
  let [callbackUrl, page, digits, location] = ['', '', '', ''];
  const post = (body: string) => ({ method: 'POST', headers: form, body }) as const;
  const steps: Record<State, () => Promise<unknown>> = {
    async shown() {
      desktop = await openDesktop(service, entId);
    },
    async scanned() {
      callbackUrl = await phone.authorize((await phone.visit(desktop.qr)).location);
    },
    async asked() {
      const answer = await phone.callback(callbackUrl);
      const end = answer.location.endsWith('/scan') ? answer : await phone.waitForEnd();
      page = new URL(end.location ?? '', service.publicUrl).pathname;
      return (await phone.visit(page)).status === 200;
    },
    async 'digits shown'() {
      digits = digitsIn(await phone.visit(page, post('decision=allow')));
    },
    'let in': () => desktop.person.visit(`/scans/${desktop.id}/match`, post(`digits=${digits}`)),
    async told() {
      location = (await desktop.status()).location ?? '';
    },
  };
  return {
    steps,
    openid: (service.simulator.control.person(phone.name, appid) as { openid: string }).openid,
    ask: (wait: number) => desktop.person.visit(`/scans/${desktop.id}/status?wait=${wait}`),
    ticket: () => ticketIn(location),
  };
}

/** A pair in each state meets the trouble, and then takes the steps that are left. */
async function meet(
  t: ExecutionContext,
  trouble: (ask: () => Promise<number[]>) => Promise<void>,
): Promise<void> {
  const enterprise = await service.seedEnterprise();
  const pairs = states.map((state) => ({ state, ...createPair(enterprise) }));
  for (const { state, steps } of pairs) {
    for (const step of states.slice(0, states.indexOf(state) + 1)) await steps[step]();
  }
  const held = pairs.map(({ ask }) => ask(25).catch(() => undefined));
  await trouble(() => Promise.all(pairs.map(async ({ ask }) => (await ask(0)).status)));
  // What hung on it was told to ask again, or how it stands: nobody was told that there is no such scan.
  for (const answer of await Promise.all(held)) t.not(answer?.status, 404);
  for (const { state, steps, ticket, openid } of pairs) {
    for (const step of states.slice(states.indexOf(state) + 1)) await steps[step]();
    const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: ticket() });
    t.is(redeemed.status, 200, state);
    t.is(redeemed.json().openid, openid, state);
  }
}

test.serial('Redis is killed and comes back: a scan in any state ends, as its own person', (t) =>
  meet(t, async (ask) => {
    await redis.crash();
    // Not 404, which would have the page begin anew.
    t.deepEqual([...new Set(await ask())], [503]);
    await redis.restart();
    await until(async () => (await fetch(`${service.ingresses[0]?.adminUrl}/readyz`)).ok);
  }),
);

test.serial('the ingress is killed and another comes: a scan in any state ends, as its own person', (t) =>
  meet(t, async () => {
    await service.ingresses.pop()?.end('SIGKILL');
    await service.startIngress({ PORT: new URL(service.publicUrl).port });
  }),
);
