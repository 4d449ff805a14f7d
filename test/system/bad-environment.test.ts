import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { listen } from '#operations/http-server.ts';
import { storeUrl } from '#test/support/store-url.ts';

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
  MONGO_URL: storeUrl('TEST_MONGO_URL'),
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

test('an ingress whose port is taken says which, in one line', async (t) => {
  const other = await listen((_, response) => response.end(), { host: '127.0.0.1', port: 0 });
  t.teardown(other.close);
  const { exitCode, told } = await run('ingress', {
    ...good,
    PORT: `${other.port}`,
    REDIS_PREFIX: 'port-taken',
  });
  t.is(exitCode, 1);
  t.is(told, `cannot listen on port ${other.port} of 127.0.0.1: EADDRINUSE`);
});
