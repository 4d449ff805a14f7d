import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { withRedis } from '#test/support/with-redis.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import { createCallBudget } from '#workers/call-budget.ts';
import type { CallPace } from '#workers/call-pace.ts';

/** Budgets of several workers over one Redis; `askedFor` are the points that each asked of it. */
function withBudget(
  t: ExecutionContext,
  options: {
    perSecond?: number;
    /** Of a slowed account. */
    rate?: number;
    mostWaiting?: number;
    /** Asked of the pace before the budget is. */
    refresh?: (appid: string) => Promise<unknown>;
  } = {},
) {
  const { perSecond = 2, rate = perSecond, mostWaiting = 1_000, refresh = async () => {} } = options;
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const pace = { perSecond, rateOf: () => rate, refresh } as unknown as CallPace;
  const create = () => createCallBudget({ redis, prefix, pace, mostWaiting });
  const budget = create();
  const askedFor: number[] = [];
  // The limiter's one command: its key, points and seconds.
  type Increment = (args: [string, number, number]) => Promise<unknown>;
  const increment = Reflect.get(redis, 'rlflxIncr') as Increment;
  Reflect.set(redis, 'rlflxIncr', (args: [string, number, number]) => {
    askedFor.push(Number(args[1]));
    return increment.call(redis, args);
  });
  const keyOf = (appid: string) => `${prefix}:calls:${appid}`;
  return { budget, create, redis, keyOf, askedFor };
}

test('a burst takes its calls in blocks of a fortieth of a second', async (t) => {
  const { budget, askedFor } = withBudget(t, { perSecond: 4_000 });
  await Promise.all(Array.from({ length: 100 }, () => budget.take('wx1')));
  t.deepEqual(askedFor, [100]);
  await Promise.all(Array.from({ length: 100 }, () => budget.take('wx1')));
  t.deepEqual(askedFor, [100, 100]);
});

test('a slowed account pays more for each call', async (t) => {
  const { budget, askedFor } = withBudget(t, { perSecond: 400, rate: 40 });
  await budget.take('wx1');
  t.deepEqual(askedFor, [10]);
});

test('the most a call may cost is the whole second', async (t) => {
  const { budget, askedFor } = withBudget(t, { perSecond: 10, rate: 0.5 });
  await budget.take('wx1');
  t.deepEqual(askedFor, [10]);
});

test('what other workers learned about the pace is asked for first', async (t) => {
  const refreshed: string[] = [];
  const { budget } = withBudget(t, { refresh: async (appid) => void refreshed.push(appid) });
  await budget.take('wx1');
  t.deepEqual(refreshed, ['wx1']);
});

test('two workers share one budget', async (t) => {
  const { budget, create, redis, keyOf } = withBudget(t, { perSecond: 2 });
  const other = create();
  // Both calls of one second, whatever the second's edge does to the first tries.
  let leftMs = -1;
  while (leftMs <= 0) {
    await budget.take('wx1');
    const used = await redis.get(keyOf('wx1'));
    leftMs = used === '2' ? await redis.pttl(keyOf('wx1')) : -1;
  }
  const begun = performance.now();
  await other.take('wx1');
  t.true(performance.now() - begun >= leftMs - 5);
});

test('an account’s budget is its own', async (t) => {
  const { budget, redis, keyOf } = withBudget(t, { perSecond: 1 });
  await redis.set(keyOf('wx1'), 1, 'PX', 60_000);
  await t.notThrowsAsync(budget.take('wx2'));
});

test('a wait of more than a second gives the place away', async (t) => {
  const { budget, redis, keyOf } = withBudget(t, {
    perSecond: 1,
    refresh: () => redis.set(keyOf('wx1'), 1, 'PX', 1_200),
  });
  const paused = await t.throwsAsync(budget.take('wx1'), { instanceOf: AccountPaused });
  t.is(paused?.resumeInMs, 1_000);
});

test('when too many wait already, the next gives its place away at once', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { budget } = withBudget(t, { perSecond: 100, mostWaiting: 2, refresh: () => promise });
  const waiting = [budget.take('wx1'), budget.take('wx1')];
  for (const _ of [1, 2, 3]) await t.throwsAsync(budget.take('wx1'), { instanceOf: AccountPaused });
  resolve();
  await t.notThrowsAsync(Promise.all(waiting));
});

test('those who wait together ask Redis once', async (t) => {
  const { budget, askedFor } = withBudget(t, { perSecond: 4_000 });
  await Promise.all(Array.from({ length: 50 }, () => budget.take('wx1')));
  t.is(askedFor.length, 1);
});

test('a Redis that fails is told, and asked again by the next', async (t) => {
  let isAway = true;
  const { budget } = withBudget(t, {
    refresh: async () => {
      if (isAway) throw new Error('away');
    },
  });
  await t.throwsAsync(budget.take('wx1'), { message: 'away' });
  isAway = false;
  await t.notThrowsAsync(budget.take('wx1'));
});

test('while Redis takes no writes, calls are let through to the claim, which waits for it', async (t) => {
  const { budget, redis } = withBudget(t);
  Reflect.set(redis, 'rlflxIncr', () =>
    Promise.reject(new Error("OOM command not allowed when used memory > 'maxmemory'.")),
  );
  await t.notThrowsAsync(budget.take('wx1'));
  Reflect.set(redis, 'rlflxIncr', () => Promise.reject(new Error('ERR something else')));
  await t.throwsAsync(budget.take('wx2'), { message: 'ERR something else' });
});
