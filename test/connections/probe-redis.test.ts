import { readdir, readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { lastingRefusalOf } from '#connections/lasting-refusal.ts';
import { createRedisProbe, probeRedis } from '#connections/probe-redis.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { redisRights } from '#test/support/redis-rights.ts';
import { shared } from '#test/support/shared.ts';

const root = new URL('../../', import.meta.url);
const store = shared(test, async (t) => {
  const server = await startRedis();
  t.teardown(server.close);
  return server;
});
let users = 0;

/** A user with the rights that docs/stores.md lists, and then others. */
async function withUser(t: ExecutionContext, ...more: string[]) {
  const prefix = `user${++users}`;
  const words = await redisRights(prefix);
  const admin = new Redis(store().url);
  await admin.call('ACL', 'SETUSER', prefix, 'on', '>word', ...words, ...more);
  const redis = new Redis(store().url.replace('redis://', `redis://${prefix}:word@`), {
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  t.teardown(() => {
    redis.disconnect();
    admin.disconnect();
  });
  return { redis, prefix, shards: 2 };
}

test('a user with the rights that docs/stores.md lists may do all that is tried', async (t) => {
  const where = await withUser(t);
  await t.notThrowsAsync(probeRedis(where));
  await t.notThrowsAsync(createRedisProbe({ ...where, also: async () => {} })());
  const redis = new Redis(store().url);
  t.teardown(() => redis.disconnect());
  const left = await redis.keys(`*${where.prefix}*`);
  t.deepEqual(
    left,
    left.filter((key) => /:probe:string$/.test(key)),
  );
});

for (const [right, told] of [
  ['-evalsha', 'NOPERM: evalsha'],
  ['-xadd', 'NOPERM: xadd'],
  ['-publish', 'NOPERM: publish'],
  ['-bzpopmin', 'NOPERM: bzpopmin'],
  ['-info', 'NOPERM: info'],
  ['resetchannels', /NOPERM: (publish|channels)/],
  ['resetkeys', 'NOPERM: keys'],
] as const) {
  test(`without a right (${right}) it says which`, async (t) => {
    const error = await t.throwsAsync(probeRedis(await withUser(t, right)));
    t.regex(lastingRefusalOf(error) ?? '', new RegExp(told), error?.message);
  });
}

test('/readyz names what is refused, what passes, and silence', async (t) => {
  const denied = createRedisProbe({ ...(await withUser(t, '-publish')), also: async () => {} });
  await t.throwsAsync(denied(), { name: 'StoreUnusable', message: /lacks a right.*NOPERM: publish/ });
  const where = await withUser(t);
  const refuse = (message: string) =>
    createRedisProbe({ ...where, also: async () => Promise.reject(new Error(message)) });
  await t.throwsAsync(refuse('OOM command not allowed when used memory > maxmemory')(), {
    message: 'it takes no writes at the moment (OOM)',
  });
  await t.throwsAsync(refuse('Command timed out')(), { message: 'it does not answer' });
});

test('each command that a script of ours or of BullMQ runs is tried', async (t) => {
  const tried = new Set(
    (await readFile(new URL('connections/probe-redis.lua', root), 'utf8')).match(/(?<=\{ ')[A-Z]+(?=')/g),
  );
  const bullmq = new URL('node_modules/bullmq/dist/esm/scripts/', root);
  const moves = new URL('models/login/scripts/', root);
  const others = new URL('models/', root);
  const capacity = new URL('models/account/scripts/', root);
  for (const folder of [bullmq, moves, capacity, others]) {
    for (const file of await readdir(folder)) {
      if (!/\.(js|lua)$/.test(file) || /^relay/.test(file)) continue;
      const source = await readFile(new URL(file, folder), 'utf8');
      const run = source.matchAll(/(?:rcall|redis\.p?call)\(\s*["']([A-Za-z]+)["']/g);
      for (const [, name = ''] of run) t.true(tried.has(name.toUpperCase()), `${name} of ${file}`);
    }
  }
  t.true(tried.size > 40);
});
