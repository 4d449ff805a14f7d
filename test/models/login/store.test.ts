import test from 'ava';
import { Redis } from 'ioredis';
import { isDemoted, isRedisRefusal } from '#connections/redis-refusal.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { createLoginRecords } from '#models/login/record.ts';
import { createLoginStore, isLoginId, scriptOf, shardOf, shardOfAccount } from '#models/login/store.ts';
import { codeLifetimeMs, newLogin, withLogins } from '#test/models/login/with-logins.ts';

test('only 34 lower-case hex digits are a login’s id', (t) => {
  t.true(isLoginId(`00${'a'.repeat(32)}`));
  for (const other of [
    '',
    'a'.repeat(33),
    'a'.repeat(35),
    'A'.repeat(34),
    `${'a'.repeat(34)}\n`,
    `../${'a'.repeat(31)}`,
  ]) {
    t.false(isLoginId(other), JSON.stringify(other));
  }
});

test('all logins of an account are of one shard, and accounts are spread over the shards', async (t) => {
  const { open } = withLogins(t, { shards: 16 });
  const shard = shardOfAccount(newLogin.appid, 16);
  for (const id of await Promise.all([open(), open(), open()])) t.is(shardOf(id), shard);
  const shards = Array.from({ length: 500 }, (_, n) => shardOfAccount(`wx${n}`, 16));
  t.is(new Set(shards).size, 16);
  t.true(shards.every((one) => one >= 0 && one < 16));
});

test('a login’s key is in the slot of its shard', async (t) => {
  const { open, redis, prefix } = withLogins(t, { shards: 16 });
  const id = await open();
  t.deepEqual(await redis.keys(`*${prefix}*`), [`{${prefix}:${shardOf(id)}}:login:${id}`]);
});

test('a move or an argument that does not exist, and an argument that is missing, is a mistake of ours', async (t) => {
  const { store } = withLogins(t);
  const id = `00${'a'.repeat(32)}`;
  await t.throwsAsync(store.run('leave' as 'open', id), { instanceOf: TypeError });
  await t.throwsAsync(store.run('refuse', id), { instanceOf: TypeError, message: /asking is missing/ });
  await t.throwsAsync(store.run('refuse', id, { asking: 'b', more: 1 }), { message: /no argument more/ });
});

test('one move of many logins is one command, and one that fails leaves the others as they are', async (t) => {
  const { open, record, recorded, redis, prefix } = withLogins(t);
  const ids = await Promise.all(Array.from({ length: 60 }, () => open()));
  const key = `{${prefix}:0}:login:${ids[0]}`;
  await redis.del(key);
  await redis.set(key, 'not a hash');
  // By now Redis knows the script.
  await recorded();
  const sent: string[] = [];
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    sent.push(command.name);
    return send(command, ...rest);
  };

  const [broken, ...others] = await Promise.allSettled(ids.map((id) => record(id)));
  t.deepEqual(sent, ['evalsha', 'evalsha'], 'fifty and ten');
  t.regex(String(broken?.status === 'rejected' && broken.reason), /WRONGTYPE/);
  t.deepEqual(
    [...new Set(others.map((one) => (one.status === 'fulfilled' ? one.value.verb : one.reason)))],
    ['recorded'],
  );
});

test('what Redis refuses as a whole is raised, so that a client learns that its server was demoted', async (t) => {
  const server = await startRedis();
  t.teardown(server.close);
  const seen: Error[] = [];
  const redis = new Redis(server.url, { reconnectOnError: (error) => seen.push(error) === 0 });
  t.teardown(() => redis.disconnect());
  const records = createLoginRecords(createLoginStore({ redis, prefix: 'test' }), {
    shards: 1,
    codeLifetimeMs,
  });
  await records.open(newLogin);
  await redis.replicaof('127.0.0.1', '1');
  const errors = await Promise.all([1, 2].map(() => records.open(newLogin).catch((error: Error) => error)));
  t.true(errors.every((error) => error instanceof Error && isDemoted(error)));
  t.true(seen.some(isDemoted));
});

test('a refusal of Redis 6.2, which puts the place before it, is raised as well', async (t) => {
  const { redis, prefix } = withLogins(t);
  const refused = (words: string) =>
    scriptOf('refuse').replace(/local browser, stage.*\n.*/, `error('@user_script: 45: -${words}', 0)`);
  const error = await t.throwsAsync(redis.eval(refused('OOM not allowed'), 1, `{${prefix}:0}`, 2, 0, 'b'));
  t.true(isRedisRefusal(error), error.message);
  const bug = (await redis.eval(refused('WRONGTYPE not a hash'), 1, `{${prefix}:0}`, 2, 0, 'b')) as Error[];
  t.regex(String(bug[0]), /WRONGTYPE not a hash/);
});
