import test from 'ava';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { createHealth } from '#operations/health.ts';

test('a store that hangs is down all the same, and is not asked again meanwhile', async (t) => {
  let asked = 0;
  const check = createHealth({
    hanging: () => {
      asked += 1;
      return new Promise(() => {});
    },
    fine: async () => 'PONG',
  });
  const answers = await Promise.all([check(), check(), check()]);
  for (const answer of answers)
    t.deepEqual(answer, {
      isHealthy: false,
      stores: { hanging: 'down', fine: 'up' },
      why: { hanging: 'it does not answer' },
    });
  t.is(asked, 1);
});

test('a store that came back is up at once', async (t) => {
  let isAway = true;
  const check = createHealth({
    async store() {
      if (isAway) throw new Error('away');
    },
  });
  t.false((await check()).isHealthy);
  isAway = false;
  t.true((await check()).isHealthy);
});

test('a probe that throws at once is down, not a crash', async (t) => {
  const check = createHealth({
    store: () => {
      throw new TypeError('no connection yet');
    },
  });
  t.like(await check(), { isHealthy: false, stores: { store: 'down' } });
});

test('a store tells what is wrong with it in words of ours only', async (t) => {
  const check = createHealth({
    refusing: async () => Promise.reject(new StoreUnusable('the user lacks a right')),
    failing: async () => Promise.reject(new Error('user:password@host')),
  });
  const { why } = await check();
  t.deepEqual(why, { refusing: 'the user lacks a right', failing: 'it does not answer' });
});
