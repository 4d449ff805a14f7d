import test from 'ava';
import { isRedisRefusal } from '#models/redis-refusal.ts';

for (const message of [
  "OOM command not allowed when used memory > 'maxmemory'.",
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.',
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  'BUSY Redis is busy running a script.',
  'CLUSTERDOWN The cluster is down',
]) {
  test(`it passes: ${message}`, (t) => {
    t.true(isRedisRefusal(new Error(message)));
  });
}

for (const refused of [
  new Error('BUSYKEY Target key name already exists.'),
  new Error('WRONGTYPE Operation against a key holding the wrong kind of value'),
  new Error('ERR Error running script: OOM nowhere'),
  'OOM as a thrown text',
]) {
  test(`it does not pass: ${refused}`, (t) => {
    t.false(isRedisRefusal(refused));
  });
}
