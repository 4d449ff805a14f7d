import test from 'ava';
import { ClusterClient } from '#connections/cluster-client.ts';
import { freePort } from '#dev-stores/free-port.ts';

test('the copy on which BullMQ waits for jobs gives up, where the client itself never does', async (t) => {
  const maxRedirections = Number.POSITIVE_INFINITY;
  const redis = new ClusterClient([{ port: await freePort() }], { lazyConnect: true, maxRedirections });
  t.is(redis.options.maxRedirections, maxRedirections);
  t.is(redis.duplicate(undefined, { redisOptions: {} }).options.maxRedirections, 16);
});
