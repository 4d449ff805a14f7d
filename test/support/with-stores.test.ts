import test from 'ava';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { until } from './until.ts';
import { withMongo } from './with-mongo.ts';
import { withRedis } from './with-redis.ts';

/** Takes the place of `t`: its teardown can be run and looked at. */
function fakeTest() {
  const teardowns: (() => unknown)[] = [];
  return {
    teardown: (fn: () => unknown) => void teardowns.push(fn),
    end: async () => {
      for (const teardown of teardowns) {
        await teardown();
      }
    },
  };
}

test('withRedis deletes the keys of its own prefix and no others', async (t) => {
  const inner = fakeTest();
  const { url, prefix } = withRedis(inner);
  const neighbour = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  await redis.mset({ [`${prefix}:a`]: '1', [`{${prefix}}:b`]: '1', [`${neighbour.prefix}:a`]: '1' });

  await inner.end();
  t.is(await redis.exists(`${prefix}:a`, `{${prefix}}:b`), 0);
  t.is(await redis.exists(`${neighbour.prefix}:a`), 1);
});

test('withMongo gives a url of a database of its own and drops it', async (t) => {
  const inner = fakeTest();
  const { url, dbName } = withMongo(inner);
  const client = new mongoose.mongo.MongoClient(url);
  t.teardown(() => client.close());
  await client.db().collection('things').insertOne({});
  t.is(client.db().databaseName, dbName);

  await inner.end();
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
  t.false(databases.some(({ name }) => name === dbName));
});

test('until returns the first truthy value', async (t) => {
  let calls = 0;
  t.is(await until(() => (++calls === 3 ? 'there' : undefined)), 'there');
});

test('until says what it waited for and what it last saw', async (t) => {
  await t.throwsAsync(
    until(() => 0, { timeoutMs: 30, what: 'the job to end' }),
    {
      message: 'Not within 30 ms: the job to end. The last value was 0.',
    },
  );
});

test('until ends at once when the condition rejects', async (t) => {
  await t.throwsAsync(
    until(() => Promise.reject(new Error('gone'))),
    { message: 'gone' },
  );
});
