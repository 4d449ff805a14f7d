import test from 'ava';
import { Cluster, Redis } from 'ioredis';
import mongoose from 'mongoose';
import { isStoreAway } from '#connections/store-away.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { within } from '#operations/deadline.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a Redis that nobody can reach is away', async (t) => {
  const redis = new Redis(await freePort(), { maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => {});
  t.true(isStoreAway(await errorOf(redis.ping())));
  t.true(isStoreAway(await errorOf(redis.ping())));
});

test('a Redis that takes no commands offline is away', async (t) => {
  const redis = new Redis(await freePort(), { enableOfflineQueue: false, lazyConnect: true });
  redis.on('error', () => {});
  t.teardown(() => redis.disconnect());
  t.true(isStoreAway(await errorOf(redis.ping())));
});

test('a cluster that nobody can reach is away', async (t) => {
  const cluster = new Cluster([await freePort()], { enableOfflineQueue: false });
  cluster.on('error', () => {});
  t.teardown(() => cluster.disconnect());
  t.true(isStoreAway(await errorOf(cluster.ping())));
});

test('a MongoDB that nobody can reach is away', async (t) => {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${await freePort()}`, {
    serverSelectionTimeoutMS: 100,
  });
  t.teardown(() => client.close());
  t.true(isStoreAway(await errorOf(client.db().collection('x').findOne())));
});

test('a MongoDB that breaks off, or takes longer than it may, is away', async (t) => {
  const { mongo, proxy } = await withMonitoredMongo(t);
  const collection = mongo.collection('x');
  await collection.insertOne({});
  const slow = collection.findOne({ $where: 'sleep(3000) || true' }, { maxTimeMS: 20 });
  t.true(isStoreAway(await errorOf(slow)));
  proxy.cut();
  t.true(isStoreAway(await errorOf(collection.findOne())));
});

test('whatever misses its deadline is away', async (t) => {
  t.true(isStoreAway(await errorOf(within(10, new Promise(() => {})))));
});

test('a Redis that takes no commands at the moment is away', (t) => {
  t.true(isStoreAway(new Error('LOADING Redis is loading the dataset in memory')));
});

const present = test.macro({
  exec(t, _what: string, error: unknown) {
    t.false(isStoreAway(error));
  },
  title: (_, what: string) => `${what} is no store that is away`,
});
test(present, 'a bug of ours', new TypeError('x is not a function'));
test(
  present,
  'a key that is there already',
  Object.assign(new Error('E11000'), { name: 'MongoServerError', code: 11_000 }),
);
test(present, 'a script that Redis refuses', new Error('ERR Error running script'));
test(present, 'a key of the wrong type', new Error('WRONGTYPE Operation against a key'));
test(present, 'a thrown text', 'Command timed out');
test(present, 'nothing', undefined);
