import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { shardOfAccount } from '#models/login/store.ts';
import { createWaitingLine } from '#models/login/waiting-line.ts';
import { withRedis } from '#test/support/with-redis.ts';

function withLine(t: ExecutionContext) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  return { line: createWaitingLine({ redis, prefix, shards: 2 }), redis, prefix };
}

test('those who come at once get consecutive numbers', async (t) => {
  const { line } = withLine(t);
  const joined = await Promise.all(Array.from({ length: 50 }, () => line.join('wx1')));
  const numbers = joined.map(({ issued }) => issued).sort((a, b) => a - b);
  t.deepEqual(
    numbers,
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  t.true(joined.every(({ called }) => called === 0));
});

test('people are called in order, and never more than wait', async (t) => {
  const { line } = withLine(t);
  for (const _ of [1, 2, 3]) await line.join('wx1');
  t.deepEqual(await line.advance('wx1', 2, 0), { issued: 3, called: 2 });
  t.deepEqual(await line.advance('wx1', 2, 0), { issued: 3, called: 3 });
  t.deepEqual(await line.advance('wx1', 2, 0), { issued: 3, called: 3 });
});

test('who looks at a line neither takes a number nor calls one, and makes no line', async (t) => {
  const { line, redis, prefix } = withLine(t);
  t.deepEqual(await line.look('wx1'), { issued: 0, called: 0 });
  t.deepEqual(await redis.keys(`*${prefix}*`), []);
  await line.join('wx1');
  t.deepEqual(await line.look('wx1'), { issued: 1, called: 0 });
  t.deepEqual(await line.advance('wx1', 1, 60_000), { issued: 1, called: 1 });
});

test('of many ingresses that call at the same moment one does', async (t) => {
  const { line } = withLine(t);
  for (const _ of Array(10)) await line.join('wx1');
  await Promise.all(Array.from({ length: 5 }, () => line.advance('wx1', 3, 60_000)));
  t.deepEqual(await line.advance('wx1', 3, 60_000), { issued: 10, called: 3 });
});

test('of all who ask to try a closed line in the same moment one may', async (t) => {
  const { line } = withLine(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => line.mayTry('wx1', 60_000)));
  t.is(answers.filter(Boolean).length, 1);
  t.true(await line.mayTry('wx1', 0));
  t.deepEqual(await line.join('wx1'), { issued: 1, called: 0 });
});

test('a Redis whose clock goes back, as after a failover, keeps no line standing', async (t) => {
  const { line, redis, prefix } = withLine(t);
  for (const _ of [1, 2, 3]) await line.join('wx1');
  const shard = shardOfAccount('wx1', 2);
  const inTenMinutes = Date.now() + 600_000;
  await redis.hset(`{${prefix}:${shard}}:line:wx1`, { called_at: inTenMinutes, tried_at: inTenMinutes });
  t.deepEqual(await line.advance('wx1', 2, 3_000), { issued: 3, called: 2 });
  t.deepEqual(await line.advance('wx1', 2, 3_000), { issued: 3, called: 2 });
  t.true(await line.mayTry('wx1', 3_000));
  t.false(await line.mayTry('wx1', 3_000));
});

test('nobody is called while nobody is to be let in', async (t) => {
  const { line } = withLine(t);
  await line.join('wx1');
  t.deepEqual(await line.advance('wx1', 0, 0), { issued: 1, called: 0 });
});

test('every account, and every slice of one, has a line of its own, in its shard’s slot, forgotten after an hour', async (t) => {
  const { line, redis, prefix } = withLine(t);
  // Two accounts of different shards.
  const [first = '', second = ''] = [0, 1].map((shard) =>
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].find((appid) => shardOfAccount(appid, 2) === shard),
  );
  await line.join(first);
  await line.join(first);
  t.is((await line.join(second)).issued, 1);
  t.is((await line.join(`${second}/acme`)).issued, 1);
  t.deepEqual((await redis.keys(`*${prefix}*`)).sort(), [
    `{${prefix}:0}:line:${first}`,
    `{${prefix}:1}:line:${second}`,
    `{${prefix}:1}:line:${second}/acme`,
  ]);
  const left = await redis.pttl(`{${prefix}:0}:line:${first}`);
  t.true(left > 3_500_000 && left <= 3_600_000);
});

test('an empty line is nobody’s turn and leaves nothing behind', async (t) => {
  const { line, redis, prefix } = withLine(t);
  t.deepEqual(await line.advance('wx1', 5, 0), { issued: 0, called: 0 });
  t.deepEqual(await redis.keys(`*${prefix}*`), []);
});
