import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { connectRedis } from '#connections/connect-redis.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { openSubscription } from '#connections/subscription.ts';
import { until } from '#test/support/until.ts';
import { withRedisProxy } from '#test/support/with-redis-proxy.ts';

const patience = { timeoutMs: 60_000 };
/** So slow that a busy machine, which is late with everything, takes no connection for a silent one. */
const slowBeatsMs = 500;

/** A subscription by way of a proxy; what is published takes the direct way. */
async function withSubscription(t: ExecutionContext, { beatsByProxy = false, everyMs = slowBeatsMs } = {}) {
  const proxy = await withRedisProxy(t);
  const through = await connectRedis(proxy.url.split(','), 'producer');
  // One node, which passes on what is published to all: a cluster's client would find its way to the proxies.
  const direct = new Redis(proxy.direct[0] ?? '');
  t.teardown(() => {
    through.disconnect();
    direct.disconnect();
  });
  const heard: string[] = [];
  const told = { gaps: 0, silences: 0, stuck: 0 };
  const subscription = await openSubscription({
    // Beats take the direct way too, so that the proxy's troubles are the subscription's alone.
    redis: beatsByProxy ? through : publishingBy(direct, through),
    channel: `${proxy.prefix}:news`,
    onMessage: (message) => heard.push(message),
    onGap: () => (told.gaps += 1),
    onSilence: () => (told.silences += 1),
    onStuck: () => (told.stuck += 1),
    everyMs,
  });
  t.teardown(subscription.close);
  const publish = (message: string) => direct.publish(`${proxy.prefix}:news`, message);
  /** Published until it comes: a connection that is replaced once more hears nothing of what was published before. */
  const untilHeard = (message: string) =>
    until(async () => {
      await publish(message);
      return heard.includes(message);
    }, patience);
  return { proxy, subscription, heard, told, publish, untilHeard };
}

/** Copies are made of one client, and messages published by another. */
function publishingBy(publisher: RedisClient, copied: RedisClient): RedisClient {
  return new Proxy(copied, {
    get(target, name) {
      const owner = name === 'publish' ? publisher : target;
      const value = Reflect.get(owner, name) as unknown;
      return typeof value === 'function' ? value.bind(owner) : value;
    },
  });
}

test('what is published is heard, and beats are nobody’s news', async (t) => {
  const { heard, told, publish } = await withSubscription(t);
  await publish('a');
  await publish('b');
  await until(() => heard.length === 2, patience);
  // Some beats later.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  t.deepEqual(heard, ['a', 'b']);
  t.deepEqual(told, { gaps: 0, silences: 0, stuck: 0 });
});

test('a connection that breaks is replaced at once, and the gap is told', async (t) => {
  const { proxy, told, untilHeard } = await withSubscription(t);
  proxy.cut();
  proxy.heal();
  await until(() => told.gaps > 0, patience);
  await untilHeard('after');
  t.is(told.silences, 0);
});

test('a connection that falls silent is replaced, and the gap is told', async (t) => {
  const { proxy, heard, told, publish, untilHeard } = await withSubscription(t);
  t.true(proxy.silence() > 0);
  await publish('lost');
  await until(() => told.gaps > 0, patience);
  t.true(told.silences > 0);
  await untilHeard('after');
  t.false(heard.includes('lost'));
  t.is(told.stuck, 0);
});

test('when new connections bring nothing either it is told, once', async (t) => {
  const { proxy, told } = await withSubscription(t, { everyMs: 20 });
  proxy.hang();
  await until(() => told.stuck > 0, patience);
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.is(told.stuck, 1);
});

test('while Redis takes no beats nothing is judged', async (t) => {
  const { proxy, told } = await withSubscription(t, { beatsByProxy: true, everyMs: 20 });
  proxy.hang();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  t.deepEqual([told.silences, told.stuck], [0, 0]);
});

test('a first connection that cannot be made is the start’s failure', async (t) => {
  const proxy = await withRedisProxy(t);
  const redis = await connectRedis(proxy.url.split(','), 'producer');
  t.teardown(() => redis.disconnect());
  proxy.cut();
  await t.throwsAsync(
    openSubscription({
      redis,
      channel: 'x',
      onMessage: () => {},
      onGap: () => {},
      onSilence: () => {},
      onStuck: () => {},
    }),
  );
});

test('nothing is left open after its end', async (t) => {
  const { subscription, proxy, heard, publish } = await withSubscription(t);
  subscription.close();
  await publish('late');
  await until(async () => {
    const redis = (await connectRedis([proxy.direct[0] ?? ''], 'producer')) as Redis;
    const [, count] = (await redis.pubsub('NUMSUB', `${proxy.prefix}:news`)) as [string, number];
    redis.disconnect();
    return Number(count) === 0;
  }, patience);
  t.deepEqual(heard, []);
});
