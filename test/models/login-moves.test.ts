import test from 'ava';
import { isLoginId, shardOf, shardOfAccount } from '#models/login-moves.ts';
import { newLogin, withLogins } from '#test/models/with-logins.ts';

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

test('a move that does not exist is a mistake of ours', (t) => {
  const { store } = withLogins(t);
  t.throws(() => store.run('leave' as 'open', `00${'a'.repeat(32)}`), { instanceOf: TypeError });
});
