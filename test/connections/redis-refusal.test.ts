import test from 'ava';
import { isDemoted, isRedisRefusal } from '#connections/redis-refusal.ts';

/** What Redis 6.2 says when it is a script that met the refusal (measured on 6.2.14). */
const inScript = (words: string) =>
  new Error(`ERR Error running script (call to f_2b58b1): @user_script:1: @user_script: 1: -${words}`);

test('a refusal is known by its first word, from a script of Redis 6.2 too', (t) => {
  for (const words of [
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    'NOREPLICAS Not enough good replicas to write.',
    'CLUSTERDOWN The cluster is down',
  ]) {
    t.true(isRedisRefusal(new Error(words)), words);
    t.true(isRedisRefusal(inScript(words)), words);
  }
});

test('a bug in a script is none', (t) => {
  t.false(isRedisRefusal(inScript('WRONGTYPE Operation against a key holding the wrong kind of value')));
  t.false(isRedisRefusal(new Error('ERR wrong number of arguments')));
  t.false(isRedisRefusal(new Error('BUSYKEY Target key name already exists.')));
  t.false(isRedisRefusal('OOM'));
});

test('only a replica tells that it was demoted', (t) => {
  const words = "READONLY You can't write against a read only replica.";
  t.true(isDemoted(new Error(words)));
  t.true(isDemoted(inScript(words)));
  t.false(isDemoted(new Error('LOADING Redis is loading the dataset in memory')));
});
