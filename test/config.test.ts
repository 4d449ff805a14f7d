import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { ConfigError, environment, loadConfig } from '#config';
import { linesOfConfig } from '#ingress/operator/lines-of-config.ts';

const key = randomBytes(32);
const required = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  MONGO_URL: 'mongodb://127.0.0.1:27017/wechat',
  SECRET_KEYS: `k1:${key.toString('base64')}`,
  ADMIN_TOKEN: 'a token of the operator',
};
const faultsOf = (env: Record<string, string>) => {
  try {
    loadConfig({ ...required, ...env });
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
};

test('what is not set takes the default of the contract', (t) => {
  const { REDIS_URL, MONGO_URL, SECRET_KEYS, ADMIN_TOKEN, ...defaults } = loadConfig(required);
  t.deepEqual(REDIS_URL, [required.REDIS_URL]);
  t.is(MONGO_URL, required.MONGO_URL);
  t.deepEqual(SECRET_KEYS, [{ kid: 'k1', key }]);
  t.is(ADMIN_TOKEN, required.ADMIN_TOKEN);
  t.like(defaults, {
    PUBLIC_URL: 'http://127.0.0.1:8081',
    HOST: '127.0.0.1',
    PORT: 8081,
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: 8082,
    WORKER_ADMIN_PORT: 8083,
    WECHAT_API_URL: 'https://api.weixin.qq.com',
    WECHAT_OPEN_URL: 'https://open.weixin.qq.com',
    ADMIN_WRITABLE: false,
    LOG_LEVEL: 'info',
    CODE_LIFETIME_MS: 300_000,
  });
});

test('secrets are read from files, without the end of the line', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'secrets-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(required)) {
    env[`${name}_FILE`] = path.join(folder, name);
    await writeFile(path.join(folder, name), `${value}\n`);
  }
  t.deepEqual(loadConfig(env), loadConfig(required));
});

test('a secret that is given twice, or whose file cannot be read, is told without its value and its path', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'canary-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const empty = path.join(folder, 'empty');
  await writeFile(empty, '\n');
  const { ADMIN_TOKEN, MONGO_URL, ...rest } = required;
  const env = {
    ...rest,
    SECRET_KEYS_FILE: empty,
    ADMIN_TOKEN_FILE: path.join(folder, 'missing'),
    MONGO_URL_FILE: empty,
  };
  const error = t.throws(() => loadConfig(env), { instanceOf: ConfigError });
  t.deepEqual(error?.message.split('\n').slice(1), [
    '  SECRET_KEYS_FILE: SECRET_KEYS is set, too; only one may be',
    '  ADMIN_TOKEN_FILE: the file cannot be read (ENOENT)',
    '  MONGO_URL_FILE: the file is empty',
  ]);
});

test('every variable that is missing or malformed is listed in one message', (t) => {
  const message = t.throws(() =>
    loadConfig({
      PUBLIC_URL: 'nowhere',
      PORT: '65536',
      MONGO_URL: 'http://127.0.0.1',
      WECHAT_API_URL: 'https://api.weixin.qq.com/sns',
      SECRET_KEYS: 'k1:dG9vIHNob3J0',
      ADMIN_TOKEN: 'short',
      ADMIN_WRITABLE: 'maybe',
      WORKER_CONCURRENCY: '0',
      LOG_LEVEL: 'loud',
      REDIS_PREFIX: 'a b',
      QUEUE_SHARDS: '1.5',
    }),
  )?.message;
  const named = (message ?? '').split('\n').map((line) => /^ {2}(\w+): /.exec(line)?.[1]);
  t.deepEqual(named.filter(Boolean).sort(), [
    'ADMIN_TOKEN',
    'ADMIN_WRITABLE',
    'LOG_LEVEL',
    'MONGO_URL',
    'PORT',
    'PUBLIC_URL',
    'QUEUE_SHARDS',
    'REDIS_PREFIX',
    'REDIS_URL',
    'SECRET_KEYS',
    'WECHAT_API_URL',
    'WORKER_CONCURRENCY',
  ]);
  t.regex(message ?? '', /REDIS_URL: is required/);
});

test('no fault repeats the value it is about', (t) => {
  const canary = 'canary-7f3a';
  for (const name of Object.keys(environment.shape)) {
    for (const value of [canary, `https://user:${canary}@x/${canary}`, `k:${canary},k:${canary}`]) {
      t.notRegex(faultsOf({ [name]: value }), /canary/, name);
    }
  }
});

test('an empty value counts as absent', (t) => {
  t.is(loadConfig({ ...required, PORT: '', LOG_LEVEL: '' }).PORT, 8081);
  t.regex(
    faultsOf({ REDIS_URL: '', ADMIN_TOKEN: '' }),
    /REDIS_URL: is required\n {2}ADMIN_TOKEN: is required/,
  );
});

const refused = test.macro({
  exec(t, name: string, value: string) {
    t.regex(faultsOf({ [name]: value }), new RegExp(`\\n {2}${name}: `));
  },
  title: (_, name, value) => `${name} may not be ${JSON.stringify(value)}`,
});
test(refused, 'PUBLIC_URL', 'https://login.example/below');
test(refused, 'PUBLIC_URL', 'https://login.example/?');
test(refused, 'PUBLIC_URL', 'ftp://login.example');
test(refused, 'PUBLIC_URL', 'login.example');
test(refused, 'REDIS_URL', 'http://127.0.0.1');
test(refused, 'REDIS_URL', 'redis://127.0.0.1:1,');
test(refused, 'REDIS_URL', 'redis://a:1, rediss://b:2');
test(refused, 'REDIS_URL', 'redis://:one@a:1,redis://:other@b:2');
test(refused, 'REDIS_URL', 'redis+sentinel://a:26379/mymaster');
test(refused, 'MONGO_URL', 'mongo');
for (const option of ['w=1', 'W=0', 'w=2', 'journal=false', 'j=false', 'readPreference=secondary'])
  test(refused, 'MONGO_URL', `mongodb://a,b/x?replicaSet=rs0&${option}`);
test(refused, 'PORT', '-1');
test(refused, 'PORT', 'http');
test(refused, 'ADMIN_TOKEN', 'fifteen letters');
test(refused, 'CODE_LIFETIME_MS', '300001');
test(refused, 'REDIS_PREFIX', '{x}');

test('options of MONGO_URL that break no promise are the operator’s', (t) => {
  for (const options of [
    'w=majority&journal=true',
    'retryWrites=false&maxPoolSize=5',
    'readPreference=Primary',
  ])
    t.notThrows(() => loadConfig({ ...required, MONGO_URL: `mongodb://a,b/x?${options}` }), options);
});

test('an option of MONGO_URL that breaks a promise is named, with the promise', (t) => {
  t.regex(
    faultsOf({ MONGO_URL: 'mongodb://a/x?retryWrites=true&w=1' }),
    /MONGO_URL: may not set w to anything but majority: a failover would take bindings/,
  );
});

for (const [name, value, what] of [
  ['PORT', '80a', /must be a whole number from 0 to 65535/],
  ['WORKER_CONCURRENCY', '1.5', /must be a whole number from 1 to 10000/],
  ['PUBLIC_URL', 'localhost:8081', /must begin with https:\/\//],
  ['SECRET_KEYS', `k:${Buffer.alloc(31, 7).toString('base64')}`, /name:base64 of 32 bytes.*has 31 bytes/],
  ['SECRET_KEYS', `k:${key.toString('base64')},${key.toString('base64')}`, /name:base64 .*entry 2 is not/],
] as const) {
  test(`${name} that is malformed (${what.source}) is answered with what is wanted`, (t) => {
    const told = faultsOf({ [name]: value });
    t.regex(told, what);
    t.is(told.split('\n').length, 2, told);
  });
}

const refusedKeys = test.macro({
  exec(t, _what: string, value: string) {
    t.regex(faultsOf({ SECRET_KEYS: value }), /\n {2}SECRET_KEYS: /);
  },
  title: (_, what) => `SECRET_KEYS with ${what} is refused`,
});
const encoded = (bytes: number) => randomBytes(bytes).toString('base64');
test(refusedKeys, 'a key of 31 bytes', `k:${encoded(31)}`);
test(refusedKeys, 'a key of 33 bytes', `k:${encoded(33)}`);
test(refusedKeys, 'a key without its kid', encoded(32));
test(refusedKeys, 'an empty kid', `:${encoded(32)}`);
test(refusedKeys, 'a dot in the kid', `k.1:${encoded(32)}`);
test(refusedKeys, 'the same kid twice', `k:${encoded(32)},k:${encoded(32)}`);
test(refusedKeys, 'a comma at the end', `k:${encoded(32)},`);
test(refusedKeys, 'something that is not base64', `k:${'!'.repeat(44)}`);

test('SECRET_KEYS keeps the order of the keys, in base64 of either alphabet', (t) => {
  const other = Buffer.alloc(32, 0xfb);
  const keys = loadConfig({
    ...required,
    SECRET_KEYS: `new:${other.toString('base64url')}, old:${key.toString('base64')}`,
  });
  t.deepEqual(keys.SECRET_KEYS, [
    { kid: 'new', key: other },
    { kid: 'old', key },
  ]);
});

test('several Redis addresses are the seeds of a cluster', (t) => {
  const { REDIS_URL } = loadConfig({ ...required, REDIS_URL: 'rediss://u:p@a:1, rediss://u:p@b:2' });
  t.deepEqual(REDIS_URL, ['rediss://u:p@a:1', 'rediss://u:p@b:2']);
});

test('a proxy may be named in either case, as programs have it', (t) => {
  const { HTTPS_PROXY, NO_PROXY } = loadConfig({
    ...required,
    https_proxy: 'http://p:3128',
    NO_PROXY: 'a,b',
  });
  t.deepEqual([HTTPS_PROXY, NO_PROXY], ['http://p:3128', 'a,b']);
  t.regex(faultsOf({ HTTPS_PROXY: 'p:3128' }), /HTTPS_PROXY: must be an http/);
});

test('a public address loses its trailing slash', (t) => {
  t.is(loadConfig({ ...required, PUBLIC_URL: 'https://login.example/' }).PUBLIC_URL, 'https://login.example');
});

test('LOGO_ADDRESSES and TRUSTED_PROXIES are told as they are in force, an address as the network that it is', (t) => {
  // What compares addresses takes one without a prefix by its letters, and a network by its bits.
  const config = loadConfig({
    ...required,
    LOGO_ADDRESSES: '2001:DB8::1, 10.20.0.0/16,192.0.2.7',
    TRUSTED_PROXIES: '10.0.0.0/8',
  });
  t.deepEqual(config.LOGO_ADDRESSES, ['2001:DB8::1/128', '10.20.0.0/16', '192.0.2.7/32']);
  const lines = linesOfConfig(config).map((line) => line.trim().split(/ {2,}/));
  const told = Object.fromEntries(lines);
  t.is(told.LOGO_ADDRESSES, '2001:DB8::1/128, 10.20.0.0/16, 192.0.2.7/32');
  t.is(told.TRUSTED_PROXIES, '10.0.0.0/8');
  const none = Object.fromEntries(
    linesOfConfig(loadConfig(required)).map((line) => line.trim().split(/ {2,}/)),
  );
  t.is(none.LOGO_ADDRESSES, 'none');
});
