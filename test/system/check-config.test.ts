import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { connectMongo } from '#connections/connect-mongo.ts';
import { createServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { createSealer } from '#models/sealing.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { withMongo } from '#test/support/with-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';

const root = path.join(import.meta.dirname, '../..');
const keyOf = (fill: number) => Buffer.alloc(32, fill);
const good = {
  REDIS_URL: storeUrl('TEST_REDIS_URL'),
  SECRET_KEYS: `new:${keyOf(7).toString('base64')},old:${keyOf(8).toString('base64')}`,
  ADMIN_TOKEN: 'canary-admin-token-0123456789',
  ALERT_WEBHOOK_URL: 'https://alerts.example/canary-hook',
  HTTPS_PROXY: 'http://user:canary-proxy@proxy.example:3128',
};
const { NODE_EXTRA_CA_CERTS: certFile } = process.env;

async function check(env: Record<string, string>) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['main.ts', '--check-config'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...(certFile !== undefined && { NODE_EXTRA_CA_CERTS: certFile }),
      ...good,
      ...env,
    },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  return { exitCode, stdout, stderr };
}

test('it tells what is in force, no secret, and that all is well; nothing is started or stored', async (t) => {
  const { url } = withMongo(t);
  const redis = withRedis(t);
  const { exitCode, stdout } = await check({
    MONGO_URL: url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
  });
  t.is(exitCode, 0, stdout);
  t.regex(stdout, /^ {2}SECRET_KEYS +new \(seals\), old$/m);
  t.regex(stdout, /^ {2}PUBLIC_URL +http:\/\/127\.0\.0\.1:8081$/m);
  t.regex(stdout, /^ {2}HTTPS_PROXY +proxy\.example:3128$/m);
  t.regex(stdout, /^ {2}TRUSTED_PROXIES +none$/m);
  t.regex(stdout, /^Redis and MongoDB do what a login needs\.$/m);
  t.regex(stdout, /^SECRET_KEYS opens all 0 sealed secrets\.$/m);
  t.notRegex(stdout, /canary/);
  t.notRegex(stdout, /is ready/);
  const mongo = await connectMongo(url);
  t.teardown(() => mongo.close());
  t.deepEqual(await mongo.listCollections(), []);
});

test('a store that does not answer, and a variable that is wrong, are told in words, and the end is 1', async (t) => {
  const { url } = withMongo(t);
  const away = await check({ MONGO_URL: url, REDIS_URL: 'redis://127.0.0.1:1' });
  t.is(away.exitCode, 1);
  t.regex(away.stderr, /Redis at 127\.0\.0\.1:1/);
  const wrong = await check({ MONGO_URL: url, PORT: '80a' });
  t.is(wrong.exitCode, 1);
  t.regex(wrong.stderr, /PORT: must be a whole number/);
});

test('SECRET_KEYS that do not open what is stored are told with the accounts, and the end is 1', async (t) => {
  const { url } = withMongo(t);
  const mongo = await connectMongo(url);
  t.teardown(() => mongo.close());
  const sealer = createSealer([{ kid: 'new', key: keyOf(9) }]);
  const appid = 'wx0123456789abcdef';
  const sealedSecret = sealer.seal('secret', secretPlace(appid));
  await createServiceAccountModel(mongo).create({ appid, name: 'Acme', sealedSecret });
  const { exitCode, stderr } = await check({ MONGO_URL: url });
  t.is(exitCode, 1);
  t.regex(stderr, /SECRET_KEYS does not open 1 of 1 sealed secrets: wx0123456789abcdef\./);
  const right = await check({ MONGO_URL: url, SECRET_KEYS: `new:${keyOf(9).toString('base64')}` });
  t.is(right.exitCode, 0, right.stderr);
});
