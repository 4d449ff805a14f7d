import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { Redis } from 'ioredis';
import { startRedis } from '#dev-stores/start-redis.ts';
import { startServiceProcess } from '#test/support/service-process.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';

// Stores that serve, and not as well as they could: told in the log, once, and a process starts all the same.
test('settings of Redis that lose logins are one line of the log, and all that is written is JSON', async (t) => {
  const redis = await startRedis({ settings: { appendonly: 'no', 'maxmemory-policy': 'allkeys-lru' } });
  t.teardown(redis.close);
  const { url: MONGO_URL } = withMongo(t);
  for (const kind of ['ingress', 'workers'] as const) {
    const started = await startServiceProcess(kind, {
      REDIS_URL: redis.url,
      MONGO_URL: kind === 'workers' ? MONGO_URL : MONGO_URL.replace(/[^/]*$/, ''),
      QUEUE_SHARDS: '2',
      SECRET_KEYS: `k:${Buffer.alloc(32, 7).toString('base64')}`,
      ADMIN_TOKEN: 'an-admin-token-0123456789',
      PORT: '0',
      ADMIN_PORT: '0',
      WORKER_ADMIN_PORT: '0',
    });
    t.is((await started.end()).exitCode, 0);
    const lines = started.lines.map((line) => JSON.parse(line) as { level: string; msg: string });
    const warned = lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    t.is(warned.filter((msg) => /maxmemory-policy.*appendonly/.test(msg)).length, 1);
    t.is(
      warned.filter((msg) => msg.startsWith('MONGO_URL names no database')).length,
      kind === 'ingress' ? 1 : 0,
    );
    t.is(warned.filter((msg) => /Eviction/.test(msg)).length, 0);
  }
});

test('workers start while Redis takes no writes, and are known once it does', async (t) => {
  const redis = await startRedis({ settings: { maxmemory: '1' } });
  t.teardown(redis.close);
  const admin = new Redis(redis.url);
  t.teardown(() => admin.disconnect());
  const { url: MONGO_URL } = withMongo(t);
  const started = await startServiceProcess('workers', {
    REDIS_URL: redis.url,
    MONGO_URL,
    SECRET_KEYS: `k:${Buffer.alloc(32, 7).toString('base64')}`,
    ADMIN_TOKEN: 'an-admin-token-0123456789',
    WORKER_ADMIN_PORT: '0',
  });
  const signs = async () => (await admin.keys('*capacity:workers')).length;
  t.is(await signs(), 0);
  // Each of its two queues is asked once a second.
  const refusals = () => started.lines.filter((line) => line.includes('queue error')).length;
  const before = refusals();
  await sleep(3_000);
  t.true(refusals() - before <= 20, `${refusals() - before} in 3 s`);
  await admin.config('SET', 'maxmemory', '0');
  await until(async () => (await signs()) === 1);
  t.is((await started.end()).exitCode, 0);
});
