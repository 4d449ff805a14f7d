import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { connectMongo } from '#connections/connect-mongo.ts';
import { createServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { createSealer } from '#models/sealing.ts';
import { listen } from '#operations/http-server.ts';
import { startServiceProcess } from '#test/support/service-process.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';

const root = path.join(import.meta.dirname, '../..');

async function run(main: 'ingress' | 'workers', env: Record<string, string>) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [`${main}/main.ts`], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  return { exitCode, told: stderr, lines: stdout.split('\n').filter(Boolean) };
}

const required = ['REDIS_URL', 'MONGO_URL', 'SECRET_KEYS', 'ADMIN_TOKEN'];
const good = {
  REDIS_URL: storeUrl('TEST_REDIS_URL'),
  MONGO_URL: storeUrl('TEST_MONGO_URL').replace('/?', '/wechat?'),
  SECRET_KEYS: `k:${Buffer.alloc(32, 7).toString('base64')}`,
  ADMIN_TOKEN: 'canary-admin-token-0123456789',
};

for (const main of ['ingress', 'workers'] as const) {
  test(`${main}: one message names every variable that is missing`, async (t) => {
    const { exitCode, told, lines } = await run(main, {});
    t.is(exitCode, 1);
    t.is(lines.length, 1);
    for (const name of required)
      t.true(lines[0]?.includes(name) && told.includes(`${name}: is required`), name);
  });

  test(`${main}: one message names every variable that is malformed, and repeats no value`, async (t) => {
    const bad = {
      PUBLIC_URL: 'canary-public',
      PORT: 'canary-port',
      ADMIN_PORT: '70000',
      WORKER_ADMIN_PORT: '-1',
      REDIS_URL: 'canary-redis',
      MONGO_URL: 'http://canary-mongo',
      WECHAT_API_URL: 'https://canary-api/with/path',
      WECHAT_OPEN_URL: 'canary-open',
      SECRET_KEYS: 'canary:c2hvcnQ=',
      ADMIN_TOKEN: 'canary',
      WORKER_CONCURRENCY: 'canary-many',
      LOG_LEVEL: 'canary-level',
    };
    const { exitCode, told, lines } = await run(main, bad);
    t.is(exitCode, 1);
    t.is(lines.length, 1);
    for (const name of Object.keys(bad)) t.true(lines[0]?.includes(name) && told.includes(`${name}: `), name);
    t.false(lines[0]?.includes('canary') || told.includes('canary'));
  });

  test(`${main}: a store that cannot be reached at the start is named in one line, without its password`, async (t) => {
    const REDIS_URL = 'redis://user:canary-password@127.0.0.1:1';
    const { exitCode, told, lines } = await run(main, { ...good, REDIS_URL });
    t.is(exitCode, 1);
    t.is(told, 'Redis at 127.0.0.1:1 is not reachable: connect ECONNREFUSED 127.0.0.1:1');
    t.false(lines.some((line) => line.includes('canary')));
  });
}

test('two stores that cannot be reached are both named', async (t) => {
  const REDIS_URL = 'redis://127.0.0.1:1';
  const MONGO_URL = 'mongodb://127.0.0.1:2/wechat?serverSelectionTimeoutMS=300';
  const { exitCode, told } = await run('workers', { ...good, REDIS_URL, MONGO_URL });
  t.is(exitCode, 1);
  t.deepEqual(told.split('\n'), [
    'Redis at 127.0.0.1:1 is not reachable: connect ECONNREFUSED 127.0.0.1:1',
    'MongoDB at 127.0.0.1:2 is not reachable: connect ECONNREFUSED 127.0.0.1:2',
  ]);
});

test('where standard output and error go to one place, a fault is there once', async (t) => {
  const { all } = await execa(process.execPath, ['ingress/main.ts', '2>&1'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '' },
    extendEnv: false,
    reject: false,
    shell: true,
    all: true,
  });
  t.is(all.split('SECRET_KEYS: is required').length, 2, all);
});

test('accounts whose secrets no key opens are told at the start, by their appids', async (t) => {
  const { url } = withMongo(t);
  const mongo = await connectMongo(url);
  t.teardown(() => mongo.close());
  const place = secretPlace('wx-of-another-key');
  await createServiceAccountModel(mongo).create({
    appid: 'wx-of-another-key',
    name: 'n',
    sealedSecret: createSealer([{ kid: 'k', key: Buffer.alloc(32, 8) }]).seal('canary-secret', place),
    verifyFiles: [],
  });
  for (const kind of ['ingress', 'workers'] as const) {
    const env = { ...good, MONGO_URL: url, REDIS_PREFIX: withRedis(t).prefix, PORT: '0', ADMIN_PORT: '0' };
    const started = await startServiceProcess(kind, { ...env, WORKER_ADMIN_PORT: '0' });
    t.teardown(() => started.end('SIGKILL'));
    const line = await until(() => started.lines.find((told) => told.includes('SECRET_KEYS does not open')));
    t.like(JSON.parse(line), { level: 'error', appids: ['wx-of-another-key'] });
    t.notRegex(started.lines.join(''), /canary/);
  }
});

test('an ingress whose port is taken says which, in one line', async (t) => {
  const other = await listen((_, response) => response.end(), { host: '127.0.0.1', port: 0 });
  t.teardown(other.close);
  const { exitCode, told, lines } = await run('ingress', {
    ...good,
    PORT: `${other.port}`,
    REDIS_PREFIX: 'port-taken',
  });
  t.is(exitCode, 1);
  t.is(
    told,
    `cannot listen on port ${other.port} of 127.0.0.1: another process has it (EADDRINUSE); set PORT`,
  );
  t.deepEqual(
    lines.filter((line) => /"level":"(warn|error)"/.test(line)),
    [],
    'nothing but this went wrong',
  );
});
