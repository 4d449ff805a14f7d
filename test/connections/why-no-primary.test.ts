import test from 'ava';
import { execa } from 'execa';
import mongoose from 'mongoose';
import { connectMongo } from '#connections/connect-mongo.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { findMongod } from '#dev-stores/find-mongod.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { createServerProcess } from '#dev-stores/server-process.ts';
import { startMongo } from '#dev-stores/start-mongo.ts';
import { prepareMongo } from '#models/documents/prepare-mongo.ts';
import { blocksOf, readDocument, root } from '#test/support/documents.ts';
import { shared } from '#test/support/shared.ts';
import { storeUrl } from '#test/support/store-url.ts';

const soon = { timeoutMs: 500 };

/** A mongod that nobody made a member of a set. */
async function startAlone(...args: string[]) {
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}/x`;
  const server = await createServerProcess({
    name: 'mongod',
    bin: await findMongod(),
    args: (folder) => [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...[
        '--wiredTigerCacheSizeGB',
        '0.25',
        '--setParameter',
        'diagnosticDataCollectionEnabled=false',
        ...args,
      ],
    ],
    async askPid() {
      const client = new mongoose.mongo.MongoClient(`${url}?directConnection=true`, {
        serverSelectionTimeoutMS: 500,
      });
      try {
        return (await client.db('admin').command({ serverStatus: 1 }))['pid'] as number;
      } finally {
        await client.close();
      }
    },
  });
  await server.start();
  return { url, close: server.close };
}

const stores = shared(test, async (t) => {
  const alone = await startAlone();
  t.teardown(alone.close);
  const uninitiated = await startAlone('--replSet', 'rs0', '--oplogSize', '50');
  t.teardown(uninitiated.close);
  const set = await startMongo();
  t.teardown(set.close);
  return { alone, uninitiated, set: { url: set.url.replace('/?', '/x?') } };
});

const saysWhy = test.macro(async (t, url: () => string, why: RegExp) => {
  const error = await t.throwsAsync(connectMongo(url(), soon), { instanceOf: StoreUnusable });
  t.regex(error?.message ?? '', /^MongoDB at 127\.0\.0\.1:\d+ cannot serve: it /);
  t.regex(error?.message ?? '', why);
});

const standalone = /it is not a replica set: start it with --replSet rs0 and run rs\.initiate\(\) once/;
test(
  'a server of no set, where one is named',
  saysWhy,
  () => `${stores().alone.url}?replicaSet=rs0`,
  standalone,
);
test(
  'a server that was told of a set, and has none',
  saysWhy,
  () => stores().uninitiated.url,
  /not initiated.*rs\.initiate\(\)/,
);
test(
  'the same, where the set is named',
  saysWhy,
  () => `${stores().uninitiated.url}?replicaSet=rs0`,
  /not initiated.*rs\.initiate\(\)/,
);
test(
  'a set of another name',
  saysWhy,
  () => stores().set.url.replace('=rs0', '=other'),
  /belongs to the replica set rs0, not other/,
);
test(
  'the port of something else',
  saysWhy,
  () =>
    `mongodb://${new URL(storeUrl('TEST_REDIS_URL').split(',')[0] ?? '').host.replace('localhost', '127.0.0.1')}/x`,
  /does not speak MongoDB/,
);

test('a server of no set, where none is named, is found when it is to be written to', async (t) => {
  const { url } = stores().alone;
  const mongo = await connectMongo(url);
  t.teardown(() => mongo.close());
  const error = await t.throwsAsync(prepareMongo(mongo, url), { instanceOf: StoreUnusable });
  t.regex(error?.message ?? '', standalone);
});

test('what docs/stores.md gives for where there is no mongosh makes a set of it', async (t) => {
  const fresh = await startAlone('--replSet', 'rs0', '--oplogSize', '50');
  t.teardown(fresh.close);
  const given = blocksOf(await readDocument('docs/stores.md'), 'sh').find((block) =>
    block.includes('replSetInitiate'),
  );
  await execa('sh', ['-c', (given ?? '').replaceAll('127.0.0.1:27017', new URL(fresh.url).host)], {
    cwd: root,
    preferLocal: true,
    localDir: root,
  });
  const connection = await connectMongo(`${fresh.url}?replicaSet=rs0`, { timeoutMs: 20_000 });
  t.teardown(() => connection.close());
  t.is(connection.db?.databaseName, 'x');
});
