import test from 'ava';
import { createFindOldest } from '#ingress/operate/oldest-login.ts';

const login = (n: number) => `00${String(n).repeat(32)}`;
const now = Date.parse('2026-01-02T03:04:05.500Z');
const job = (n: number, agoMs: number, appid = 'wx1') => ({
  data: { login: login(n), n: 1, entId: 'acme', appid, recordedAt: now - agoMs, diesAt: now },
});

function withQueue(
  lists: Partial<Record<'waiting' | 'prioritized' | 'delayed' | 'active', unknown[]>>,
  { why, closedForMs = 0 }: { why?: string; closedForMs?: number } = {},
) {
  const list = (name: keyof typeof lists) => async () => (lists[name] ?? []) as never;
  return createFindOldest({
    queues: [
      {
        getWaiting: list('waiting'),
        getPrioritized: list('prioritized'),
        getDelayed: list('delayed'),
        getActive: list('active'),
      },
    ],
    whyWaits: () => why,
    standings: () => [{ name: 'wx1', closedForMs }],
    now: () => now,
  });
}

test('nobody waits: there is no oldest', async (t) => {
  t.is(await withQueue({})(), undefined);
});

test('the oldest of all lists is told with what it waits for', async (t) => {
  const found = await withQueue({
    waiting: [job(1, 1_000)],
    prioritized: [job(2, 2_000)],
    delayed: [job(3, 500), job(4, 9_000)],
    // It was removed in between.
    active: [job(5, 3_000), undefined],
  })();
  t.deepEqual(found, {
    support_code: '4444-4444-44',
    appid: 'wx1',
    ent_id: 'acme',
    since: '2026-01-02T03:03:56.500Z',
    why: 'account',
  });
  t.is((await withQueue({ prioritized: [job(2, 1)] })())?.why, 'worker');
});

test('an account that takes no calls is the reason, with the time when it is tried again; a call under way is none of it', async (t) => {
  const closed = { why: 'minute-used-up', closedForMs: 10_000 };
  t.like(await withQueue({ delayed: [job(1, 1)] }, closed)(), {
    why: 'minute-used-up',
    until: '2026-01-02T03:04:16.000Z',
  });
  t.is((await withQueue({ active: [job(1, 1)] }, closed)())?.why, 'call');
});
