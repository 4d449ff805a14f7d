import test from 'ava';
import { Cluster } from 'ioredis';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { until } from '#test/support/until.ts';

test('three masters share all slots, and one that crashed comes back with its data', async (t) => {
  const store = await startRedisCluster();
  t.teardown(store.close);
  const cluster = new Cluster(store.urls);
  cluster.on('error', () => {});
  t.teardown(() => cluster.disconnect());

  const keys = Array.from({ length: 50 }, (_, index) => `login:${index}`);
  await Promise.all(keys.map((key) => cluster.set(key, 'kept')));
  const sizes = await Promise.all(cluster.nodes('master').map((node) => node.dbsize()));
  t.is(sizes.length, 3);
  t.true(sizes.every((size) => size > 0));

  // While an fsync is under way Redis answers before it has written to its file: a kill then loses what it promised.
  await until(async () => {
    const infos = await Promise.all(cluster.nodes('master').map((node) => node.info('persistence')));
    return infos.every(
      (info) => info.includes('aof_buffer_length:0') && info.includes('aof_pending_bio_fsync:0'),
    );
  });
  await store.nodes[1]?.crash();
  await store.restart();
  const values = await Promise.all(keys.map((key) => cluster.get(key)));
  t.true(values.every((value) => value === 'kept'));
});
