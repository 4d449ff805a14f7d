import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { makeCertificate } from '#dev-stores/make-certificate.ts';
import { startMongo } from '#dev-stores/start-mongo.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { startRedisReplica } from '#dev-stores/start-redis-replica.ts';
import { redisRights } from '#test/support/redis-rights.ts';
import { shared } from '#test/support/shared.ts';
import { withService } from '#test/support/start-service.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { until } from '#test/support/until.ts';

// Stores that are there, and refuse: a start ends with one line that says which, and what is missing.
const root = path.join(import.meta.dirname, '../..');
const store = shared(test, async (t) => {
  const redis = await startRedis();
  t.teardown(redis.close);
  const mongo = await startMongo({ setParameters: { enableTestCommands: 1 } });
  t.teardown(mongo.close);
  return { url: redis.url, mongo };
});
const word = 'canary-password';

async function start(main: 'ingress' | 'workers', env: Record<string, string>) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [`${main}/main.ts`], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      MONGO_URL: storeUrl('TEST_MONGO_URL'),
      REDIS_URL: store().url,
      SECRET_KEYS: `k:${Buffer.alloc(32, 7).toString('base64')}`,
      ADMIN_TOKEN: 'canary-admin-token-0123456789',
      ...env,
    },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  return {
    exitCode,
    told: stderr.split('\n').filter((line) => !line.startsWith('Skipping the ready check')),
    log: stdout,
  };
}

/** A user of Redis with the rights that docs/stores.md lists for the prefix, and then others. */
async function redisUser(name: string, ...more: string[]): Promise<string> {
  const words = await redisRights(name);
  const admin = new Redis(store().url);
  await admin.call('ACL', 'SETUSER', name, 'on', `>${word}`, ...words, ...more);
  admin.disconnect();
  return store().url.replace('redis://', `redis://${name}:${word}@`);
}

// One of the two processes for each: their start is the same.
for (const [main, what, rights, why] of [
  ['ingress', 'a right', ['-zadd'], 'NOPERM: zadd'],
  ['workers', 'scripts', ['-evalsha', '-eval'], 'NOPERM: eval|NOPERM: evalsha'],
  ['ingress', 'a channel', ['resetchannels'], 'NOPERM: publish|NOPERM: channels'],
  ['workers', 'keys', ['resetkeys'], 'NOPERM: keys'],
] as const) {
  test(`a user of Redis who lacks ${what} is found at the start (${main})`, async (t) => {
    const name = `lacks-${what.replace(' ', '-')}`;
    const { exitCode, told, log } = await start(main, {
      REDIS_URL: await redisUser(name, ...rights),
      REDIS_PREFIX: name,
    });
    t.is(exitCode, 1);
    t.is(told.length, 1, told.join('\n'));
    t.regex(
      told[0] ?? '',
      new RegExp(`^Redis at 127\\.0\\.0\\.1:\\d+ cannot serve: .*docs/stores\\.md.* \\((${why})\\)$`),
    );
    t.notRegex(log + told, /canary/);
  });
}

test('a password that is wrong is found at the start', async (t) => {
  const url = await redisUser('known');
  const { exitCode, told } = await start('workers', { REDIS_URL: url.replace(word, 'other') });
  t.is(exitCode, 1);
  t.regex(
    told.join('\n'),
    /^Redis at \S+ cannot serve: it refuses the user or password of REDIS_URL \(WRONGPASS\)$/,
  );
});

test('a replica in the place of its primary is found at the start', async (t) => {
  const pair = await startRedisReplica();
  t.teardown(pair.close);
  const { exitCode, told } = await start('workers', { REDIS_URL: pair.replica.url });
  t.is(exitCode, 1);
  t.deepEqual(told, [
    `Redis at ${new URL(pair.replica.url).host} cannot serve: it is a replica; REDIS_URL must lead to the primary`,
  ]);
});

/** A MongoDB of this file's own, that refuses these commands of clients who call themselves `denied`. */
async function denyInMongo(t: ExecutionContext, failCommands: string[]) {
  const client = new mongoose.mongo.MongoClient(store().mongo.url);
  const fail = (mode: string) =>
    client.db('admin').command({
      configureFailPoint: 'failCommand',
      mode,
      data: { errorCode: 13, failCommands, appName: 'denied' },
    });
  await fail('alwaysOn');
  t.teardown(async () => {
    await fail('off');
    await client.close();
  });
  return `${store().mongo.url.replace('/?', '/denied?')}&appName=denied`;
}

// One after the other: a server has one point of failure for commands.
test.serial('a user of MongoDB who may not write is found at the start', async (t) => {
  const MONGO_URL = await denyInMongo(t, ['insert', 'update', 'delete']);
  for (const main of ['ingress', 'workers'] as const) {
    const { exitCode, told } = await start(main, { MONGO_URL, REDIS_PREFIX: `mongo-${main}` });
    t.is(exitCode, 1);
    t.is(told.length, 1, told.join('\n'));
    t.regex(told[0] ?? '', /^MongoDB at \S+ cannot serve: the user of MONGO_URL lacks a right: .*readWrite/);
  }
});

test.serial(
  'a right that MongoDB takes away later fails new people’s logins at once, with a line',
  async (t) => {
    const mongo = { url: store().mongo.url.replace('/?', '/later?') };
    const workerEnv = { MONGO_URL: `${mongo.url}&appName=denied` };
    const service = await withService(t, { mongo, workerEnv });
    const { entId } = await service.seedEnterprise();
    await denyInMongo(t, ['insert']);
    const end = await service.person().login(entId, { timeoutMs: 30_000 });
    t.like(end, { status: 'failed', reason: 'internal' });
    t.true(service.logs().some((line) => line.includes('job given up') && line.includes('"errorCode":13')));
  },
);

test('with the rights that docs/stores.md lists a login goes through, and nothing was refused', async (t) => {
  const url = await redisUser('fair');
  const service = await withService(t, {
    redis: { url, prefix: 'fair' },
    env: { QUEUE_SHARDS: '2', ADMIN_WRITABLE: '1' },
  });
  const { entId } = await service.seedEnterprise();
  t.is((await service.person().login(entId)).status, 'ready');
  t.is((await service.operate('GET', '/metrics')).status, 200);
  t.is(
    (
      await service.operate(
        'GET',
        '/queues/api/queues?activeQueue=exchange&status=latest&page=1&jobsPerPage=10',
      )
    ).status,
    200,
  );
  t.deepEqual(await (await fetch(`${service.ingresses[0]?.adminUrl}/readyz`)).json(), {
    ready: true,
    redis: 'up',
    mongo: 'up',
  });

  const admin = new Redis(store().url);
  t.teardown(() => admin.disconnect());
  const refused = (await admin.call('ACL', 'LOG')) as unknown[][];
  t.deepEqual(
    refused.filter((entry) => entry.includes('fair')),
    [],
  );

  // A right that is taken away later is told by /readyz.
  await admin.call('ACL', 'SETUSER', 'fair', '-publish');
  const readyz = async () =>
    (await fetch(`${service.workers[0]?.adminUrl}/readyz`)).json() as Promise<{ why?: { redis?: string } }>;
  const { why } = await until(async () => {
    const answer = await readyz();
    return answer.why && answer;
  });
  t.regex(why?.redis ?? '', /lacks a right.*NOPERM: publish/);
});

test('a Redis that wants a password, and gets none, is found at the start', async (t) => {
  const certificate = await makeCertificate();
  t.teardown(certificate.close);
  const redis = await startRedis({ secured: { certificate, password: word } });

  t.teardown(redis.close);
  const REDIS_URL = redis.url.replace(`:${word}@`, '');
  const { exitCode, told } = await start('ingress', { REDIS_URL, NODE_EXTRA_CA_CERTS: certificate.certFile });
  t.is(exitCode, 1);
  t.deepEqual(told, [
    `Redis at ${new URL(REDIS_URL).host} cannot serve: it wants a password, which REDIS_URL does not give (NOAUTH)`,
  ]);
});

test('the one address of a cluster serves as well as all of them', async (t) => {
  const cluster = await startRedisCluster();
  t.teardown(cluster.close);
  const service = await withService(t, {
    redis: { url: cluster.urls[1] ?? '', prefix: 'test' },
    env: { QUEUE_SHARDS: '8' },
  });
  const enterprises = await Promise.all(Array.from({ length: 6 }, () => service.seedEnterprise()));
  const ends = await Promise.all(enterprises.map(({ entId }) => service.person().login(entId)));
  t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
});
