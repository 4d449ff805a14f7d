import test from 'ava';
import { makeCertificate } from '#dev-stores/make-certificate.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { startRedisReplica } from '#dev-stores/start-redis-replica.ts';
import { shared } from '#test/support/shared.ts';
import { withService } from '#test/support/start-service.ts';

// Redis speaks TLS alone and wants a password. `--topology tls`, `cluster-tls` and `replica-tls` run every test of this
// folder on such stores.
const certificate = shared(test, async (t) => {
  const made = await makeCertificate();
  t.teardown(made.close);
  return made;
});
const password = 'with / and @ and %';

for (const [kind, start] of [
  ['one server', startRedis],
  ['a primary with a replica', startRedisReplica],
  ['a cluster', startRedisCluster],
] as const) {
  test(`logins go by way of TLS and a password: ${kind}`, async (t) => {
    const redis = await start({ secured: { certificate: certificate(), password } });
    t.teardown(redis.close);
    // Two of a cluster's three nodes are named; the third is found.
    const url = redis.url.split(',').slice(0, 2).join(',');
    const env = { NODE_EXTRA_CA_CERTS: certificate().certFile, QUEUE_SHARDS: '8' };
    const service = await withService(t, { redis: { url, prefix: 'test' }, env });
    const enterprises = await Promise.all(Array.from({ length: 6 }, () => service.seedEnterprise()));
    const ends = await Promise.all(
      enterprises.map(({ entId }) => service.person().login(entId, { timeoutMs: 20_000 })),
    );
    t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
    // Told by a message, not found by looking again.
    for (const { waitedMs } of ends) t.true(waitedMs < 15_000);
    t.notRegex(service.logs().join('\n'), /with %2F|with \//);
  });
}
