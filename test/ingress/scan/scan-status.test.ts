import test from 'ava';
import type { Context } from 'koa';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import { Problem } from '#ingress/http/problem.ts';
import { createScanStatus } from '#ingress/scan/scan-status.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { Scan } from '#models/login/scan.ts';
import { until } from '#test/support/until.ts';

/** The status of scans that all wait for a phone. */
function withScans(limits: { perLogin?: number; inAll?: number }) {
  const heldPolls = createHeldPolls(limits);
  const settledLogins = createSettledLogins();
  const scanStatus = createScanStatus({
    findOwnScan: async (_ctx, id) => ({ id, state: 'waiting', dueInMs: 60_000 }) as Scan,
    scanViewOf: async () => ({ status: 'waiting', qr: 'https://login.example/q/x' }),
    settledLogins,
    heldPolls,
  });
  async function ask(id: string): Promise<unknown> {
    const ctx = { query: { wait: '25', told: 'waiting' }, res: { once: () => {} }, body: undefined };
    await scanStatus(ctx as unknown as Context, id);
    return ctx.body;
  }
  return {
    ask,
    heldPolls,
    settledLogins,
    wake: (id: string) => settledLogins.hear(JSON.stringify([{ id }])),
  };
}

test('beyond so many held questions of computers the next is told at once when to come again, and nothing of it stays', async (t) => {
  const { ask, heldPolls, settledLogins, wake } = withScans({ inAll: 2 });
  const held = [ask('a'), ask('b')];
  await until(() => heldPolls.count === 2);
  const refused = await t.throwsAsync(ask('c'), { instanceOf: Problem });
  t.is(refused?.status, 503);
  t.truthy(refused?.headers['Retry-After']);
  t.is(settledLogins.waitingCount, 2);
  // One that was answered leaves its place to another.
  wake('a');
  t.like(await held[0], { status: 'waiting' });
  held.push(ask('c'));
  await until(() => heldPolls.count === 2);
  for (const id of ['b', 'c']) wake(id);
  await Promise.all(held);
  t.is(heldPolls.count, 0);
});

test('a page that asks again and again has its oldest question answered', async (t) => {
  const { ask, heldPolls, wake } = withScans({ perLogin: 2 });
  const first = ask('a');
  const others = [ask('a'), ask('a')];
  t.like(await first, { status: 'waiting' });
  t.is(heldPolls.count, 2);
  wake('a');
  await Promise.all(others);
});
