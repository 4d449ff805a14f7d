import test from 'ava';
import { connectMongo } from '#connections/connect-mongo.ts';
import { StoreUnreachable } from '#connections/store-unreachable.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { until } from '#test/support/until.ts';
import { withProxiedMongo } from '#test/support/with-proxied-mongo.ts';

test('where nobody listens it says so, with the reason and without the password', async (t) => {
  const port = await freePort();
  const error = await t.throwsAsync(
    connectMongo(`mongodb://someone:canary-word@127.0.0.1:${port}/x`, { timeoutMs: 300 }),
    { instanceOf: StoreUnreachable },
  );
  t.is(
    error?.message,
    `MongoDB at 127.0.0.1:${port} is not reachable: connect ECONNREFUSED 127.0.0.1:${port}`,
  );
  t.notRegex(`${error?.message} ${String(error?.cause)}`, /canary/);
});

test('it tells when MongoDB goes away and comes back, and nothing when it is closed', async (t) => {
  const told: boolean[] = [];
  const { mongo, proxy } = await withProxiedMongo(t, (url) =>
    connectMongo(url, { onStanding: (isThere) => told.push(isThere) }),
  );
  proxy.cut();
  await until(() => told.length === 1);
  proxy.heal();
  // Asked for something, the driver looks at once and not only each 10 s.
  await mongo.db?.admin().ping();
  await until(() => told.length === 2);
  await mongo.close();
  t.deepEqual(told, [false, true]);
});

test('what the address says counts, but for what is promised', async (t) => {
  const { mongo } = await withProxiedMongo(t, (url) =>
    connectMongo(`${url}&retryWrites=false&maxPoolSize=3&socketTimeoutMS=7000`),
  );
  const { options } = mongo.getClient();
  t.like(options, { retryWrites: false, maxPoolSize: 3, socketTimeoutMS: 7_000 });
  t.like(options.writeConcern, { w: 'majority', journal: true });
});
