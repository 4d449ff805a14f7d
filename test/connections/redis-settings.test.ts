import test from 'ava';
import { Redis } from 'ioredis';
import { tellOfSettings } from '#connections/redis-settings.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { shared } from '#test/support/shared.ts';

const store = shared(test, async (t) => {
  const server = await startRedis();
  t.teardown(server.close);
  return server;
});

// One after the other: they set one server.
for (const [appendonly, policy, wrong] of [
  ['yes', 'noeviction', undefined],
  ['no', 'noeviction', { appendonly: 'no' }],
  ['yes', 'allkeys-lru', { 'maxmemory-policy': 'allkeys-lru' }],
  ['no', 'volatile-ttl', { 'maxmemory-policy': 'volatile-ttl', appendonly: 'no' }],
] as const) {
  test.serial(`appendonly ${appendonly} and maxmemory-policy ${policy}: one line, or none`, async (t) => {
    const redis = new Redis(store().url);
    t.teardown(() => redis.disconnect());
    await redis.config('SET', 'appendonly', appendonly);
    await redis.config('SET', 'maxmemory-policy', policy);
    const { log, lines } = capturedLog();
    await tellOfSettings(redis, log);
    t.is(lines.length, wrong === undefined ? 0 : 1);
    if (wrong === undefined) return;
    const line = JSON.parse(lines[0] ?? '') as { level: string; settings: object; msg: string };
    t.is(line.level, 'warn');
    t.deepEqual(line.settings, wrong);
    for (const name of Object.keys(wrong)) t.true(line.msg.includes(`set ${name} to `));
  });
}

test.serial('a Redis that does not tell is not judged', async (t) => {
  const redis = new Redis(store().url);
  t.teardown(() => redis.disconnect());
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await redis.call('ACL', 'SETUSER', 'silent', 'on', '>word', '+@all', '-info');
  const other = new Redis(store().url.replace('redis://', 'redis://silent:word@'), {
    enableReadyCheck: false,
  });
  t.teardown(() => other.disconnect());
  const { log, lines } = capturedLog();
  await tellOfSettings(other, log);
  t.deepEqual(lines, []);
});
