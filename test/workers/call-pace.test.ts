import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { withRedis } from '#test/support/with-redis.ts';
import { createCallPace } from '#workers/call-pace.ts';

/** Two workers' paces over one Redis, and their clock. */
function withPace(t: ExecutionContext, { perSecond = 400 } = {}) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const clock = { ms: 1_800_000_000_000 };
  const create = () => createCallPace({ redis, prefix, perSecond, now: () => clock.ms });
  return { pace: create(), other: create(), clock, redis, prefix };
}

test('an account is called at the full rate until WeChat objects', (t) => {
  const { pace } = withPace(t);
  t.is(pace.rateOf('wx1'), 400);
});

test('a refusal halves the rate of its account, and of no other', async (t) => {
  const { pace } = withPace(t);
  await pace.slowDown('wx1');
  t.is(pace.rateOf('wx1'), 200);
  t.is(pace.rateOf('wx2'), 400);
});

test('a spell of refusals halves it once, the next spell once more', async (t) => {
  const { pace, clock } = withPace(t);
  for (const _ of Array(10)) await pace.slowDown('wx1');
  t.is(pace.rateOf('wx1'), 200);
  clock.ms += 4_999;
  await pace.slowDown('wx1');
  t.true(pace.rateOf('wx1') > 200);
  clock.ms += 1;
  await pace.slowDown('wx1');
  t.true(pace.rateOf('wx1') > 100 && pace.rateOf('wx1') < 110);
});

test('it doubles in a minute, up to the full rate', async (t) => {
  const { pace, clock } = withPace(t);
  await pace.slowDown('wx1');
  clock.ms += 5_000;
  await pace.slowDown('wx1');
  const cut = pace.rateOf('wx1');
  clock.ms += 60_000;
  t.true(Math.abs(pace.rateOf('wx1') - 2 * cut) < 0.001);
  clock.ms += 600_000;
  t.is(pace.rateOf('wx1'), 400);
});

test('five calls a second are always left', async (t) => {
  const { pace, clock } = withPace(t);
  for (const _ of Array(30)) {
    await pace.slowDown('wx1');
    clock.ms += 5_000;
  }
  t.true(pace.rateOf('wx1') >= 5 && pace.rateOf('wx1') < 6);
});

test('what one worker learned, the others learn', async (t) => {
  const { pace, other } = withPace(t);
  await pace.slowDown('wx1');
  t.is(other.rateOf('wx1'), 400);
  await other.refresh('wx1');
  t.is(other.rateOf('wx1'), 200);
  await other.slowDown('wx1');
  t.is(other.rateOf('wx1'), 200);
});

test('what was learned is forgotten after an hour', async (t) => {
  const { pace, redis, prefix } = withPace(t);
  await pace.slowDown('wx1');
  const left = await redis.ttl(`${prefix}:pace:wx1`);
  t.true(left > 3_500 && left <= 3_600);
});

test('while Redis takes no writes an account is slowed down in this worker, and its login goes on', async (t) => {
  const { pace, redis } = withPace(t);
  Reflect.set(redis, 'set', () => Promise.reject(new Error('OOM command not allowed')));
  await t.notThrowsAsync(pace.slowDown('wx1'));
  t.is(pace.rateOf('wx1'), 200);
  Reflect.set(redis, 'set', () => Promise.reject(new Error('ERR something else')));
  await t.throwsAsync(pace.slowDown('wx2'), { message: 'ERR something else' });
});
