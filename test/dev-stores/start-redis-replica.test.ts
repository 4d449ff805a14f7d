import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { startRedisReplica } from '#dev-stores/start-redis-replica.ts';

async function withReplica(t: ExecutionContext) {
  const store = await startRedisReplica();
  t.teardown(store.close);

  function connect(url: string) {
    const redis = new Redis(url);
    redis.on('error', () => {});
    t.teardown(() => redis.disconnect());
    return redis;
  }

  return { store, connect };
}

test('a failover keeps what was written and leaves the old primary read-only', async (t) => {
  const { store, connect } = await withReplica(t);
  const old = connect(store.primary.url);
  await old.set('kept', 'yes');

  await store.failover();
  t.is(await connect(store.primary.url).get('kept'), 'yes');
  await t.throwsAsync(old.set('kept', 'no'), { message: /^READONLY/ });
});

test('the replica of a crashed primary takes over, and the crashed one can rejoin', async (t) => {
  const { store, connect } = await withReplica(t);
  const old = connect(store.primary.url);
  await old.set('kept', 'yes');
  await old.wait(1, 1000);

  await store.primary.crash();
  await store.failover();
  await connect(store.primary.url).set('later', 'yes');

  await store.replica.restart();
  await store.rejoin();
  t.is(await connect(store.replica.url).get('later'), 'yes');
});
