import { connect } from 'node:net';
import test from 'ava';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { startRedis } from '#dev-stores/start-redis.ts';
import { isAlive } from '#test/dev-stores/is-alive.ts';
import { commandLineOf, descendantsOf } from '#test/support/descendants.ts';
import { addressesOf, launchDemo, startDemo } from '#test/support/start-demo.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { until } from '#test/support/until.ts';

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Stores of this test run, which the demo shares with everybody else. */
const sharedStores = () => ({
  REDIS_URL: storeUrl('TEST_REDIS_URL'),
  MONGO_URL: storeUrl('TEST_MONGO_URL'),
});

test('Ctrl-C, also twice, leaves no process and no file behind', async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.end());
  const { openHouse, host, simulator, dashboard, workerMetrics } = await addressesOf(demo);
  const listeners = [openHouse, host, simulator, dashboard, workerMetrics];
  const processes = await descendantsOf(demo.pid);
  t.true(processes.length >= 8, 'ingress, workers, two stores, and a guard of each');
  t.deepEqual(await Promise.all(listeners.map(isListening)), [true, true, true, true, true]);
  t.not((await demo.leftInTemporary()).length, 0);

  demo.kill('SIGINT');
  demo.kill('SIGINT');
  t.is((await demo.ended).exitCode, 0);
  // With their processes the listeners are gone; whoever listens there now is another test that was given the port.
  t.deepEqual(processes.filter(isAlive), []);
  t.deepEqual(await demo.leftInTemporary(), []);
});

test('killed without a chance to tidy up, it leaves no process and no file behind either', async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.end());
  const processes = await descendantsOf(demo.pid);
  demo.kill('SIGKILL');
  await demo.ended;
  await until(() => processes.every((pid) => !isAlive(pid)), { timeoutMs: 10_000 });
  await until(async () => (await demo.leftInTemporary()).length === 0);
  t.pass();
});

test('killed by name, and with it all that has the name, it leaves nothing behind', async (t) => {
  const demo = await startDemo(sharedStores());
  t.teardown(() => demo.end());
  const processes = await descendantsOf(demo.pid);
  const commandLines = await Promise.all(processes.map(commandLineOf));
  const named = processes.filter((_pid, index) => commandLines[index]?.includes('demo'));
  for (const pid of [demo.pid, ...named]) process.kill(pid, 'SIGKILL');
  await demo.ended;
  await until(() => processes.every((pid) => !isAlive(pid)), { timeoutMs: 10_000 });
  await until(async () => (await demo.leftInTemporary()).length === 0);
  t.pass();
});

test('when the npm that runs it is killed, it ends by itself', async (t) => {
  const demo = await startDemo(sharedStores(), { byNpm: true });
  t.teardown(() => demo.end());
  const processes = await descendantsOf(demo.pid);
  t.teardown(() => {
    for (const pid of processes.filter(isAlive)) process.kill(pid, 'SIGTERM');
  });
  demo.kill('SIGKILL');
  await until(() => processes.every((pid) => !isAlive(pid)), { timeoutMs: 20_000 });
  t.true(demo.said().includes('Everything is ended.'));
  // npm's own node leaves a cache there.
  t.deepEqual(await demo.leftInTemporary().then((left) => left.filter((name) => /login/.test(name))), []);
});

test('Ctrl-C while it still starts ends that as well', async (t) => {
  const demo = await launchDemo(sharedStores());
  t.teardown(() => demo.end());
  await until(() => demo.said().includes('Starting the ingress'), { timeoutMs: 60_000 });
  // It stands still while we look, else a busy machine gives it the time to get ready.
  demo.kill('SIGSTOP');
  const processes = await descendantsOf(demo.pid);
  demo.kill('SIGTERM');
  demo.kill('SIGCONT');
  t.is((await demo.ended).exitCode, 0);
  t.false(demo.said().includes('The demo is running'));
  t.deepEqual(processes.filter(isAlive), []);
  t.deepEqual(await demo.leftInTemporary(), []);
});

test('stores that ran already are left as they were found', async (t) => {
  const demo = await startDemo(sharedStores());
  t.teardown(() => demo.end());
  const redis = new Redis(storeUrl('TEST_REDIS_URL'));
  const mongo = new mongoose.mongo.MongoClient(storeUrl('TEST_MONGO_URL'));
  t.teardown(async () => {
    redis.disconnect();
    await mongo.close();
  });
  const name = demo.find('All it writes there is named').split(' ', 1)[0] ?? '';
  const hasDatabase = async () => {
    const { databases } = await mongo.db().admin().listDatabases({ nameOnly: true });
    return databases.some((database) => database.name === name);
  };
  await (await fetch(`${(await addressesOf(demo)).openHouse}&browser=any`, { redirect: 'manual' })).text();
  t.not((await redis.keys(`*${name}*`)).length, 0);
  t.true(await hasDatabase());

  await demo.end();
  t.deepEqual(await redis.keys(`*${name}*`), []);
  t.false(await hasDatabase());
});

test('a process that dies is told, and ends the demo with code 1', async (t) => {
  const demo = await startDemo(sharedStores());
  t.teardown(() => demo.end());
  const processes = await descendantsOf(demo.pid);
  const [, workersPid] = /(\d+) \(workers\)/.exec(demo.said()) ?? [];
  process.kill(Number(workersPid), 'SIGKILL');
  t.is((await demo.ended).exitCode, 1);
  t.regex(demo.said(), /The workers process ended by itself \(SIGKILL\)/);
  t.deepEqual(processes.filter(isAlive), []);
});

for (const [what, env, told] of [
  [
    'a Redis',
    { REDIS_URL: 'redis://127.0.0.1:1' },
    /^Redis at 127\.0\.0\.1:1 is not reachable: .*ECONNREFUSED/m,
  ],
  ['a MongoDB', { MONGO_URL: 'mongodb://127.0.0.1:1' }, /^MongoDB at 127\.0\.0\.1:1 is not reachable: /m],
  [
    'an address',
    { DEMO_ADDRESS: '192.0.2.1' },
    /^DEMO_ADDRESS=192\.0\.2\.1: it is no address of this machine/m,
  ],
  ['a name', { DEMO_ADDRESS: 'nowhere.invalid' }, /^DEMO_ADDRESS=nowhere\.invalid: there is no such name/m],
] as const) {
  test(`${what} that is not there is told in a sentence before anything is started`, async (t) => {
    const demo = await launchDemo({ ...sharedStores(), ...env });
    t.teardown(() => demo.end());
    t.is((await demo.ended).exitCode, 1);
    t.regex(demo.said(), told);
    t.notRegex(demo.said(), /Starting|^ +at |\{"level"/m);
    t.true(demo.said().endsWith('Everything is ended.\n'));
    t.deepEqual(await demo.leftInTemporary(), []);
  });
}

test('a store that is gone at the end is told, and the rest is tidied up', async (t) => {
  const redis = await startRedis();
  t.teardown(redis.close);
  const demo = await startDemo({ ...sharedStores(), REDIS_URL: redis.url });
  t.teardown(() => demo.end());
  const processes = await descendantsOf(demo.pid);
  await redis.crash();
  demo.kill('SIGINT');
  t.is((await demo.ended).exitCode, 0, demo.said().slice(-900));
  t.regex(demo.said(), /could not be removed: Redis at .* is not reachable/);
  t.true(demo.said().endsWith('Everything is ended.\n'));
  t.deepEqual(processes.filter(isAlive), []);
});

test('an address that is no address stops the start with one message', async (t) => {
  const error = await t.throwsAsync(
    startDemo({ DEMO_PORT: 'eighty', DEMO_ADDRESS: 'http://x/', REDIS_URL: 'localhost' }),
  );
  t.regex(error?.message ?? '', /DEMO_PORT/);
  t.regex(error?.message ?? '', /must be this machine’s address[^\n]*\n[^\n]*DEMO_ADDRESS/);
  t.regex(error?.message ?? '', /must be redis:\/\/[^\n]*\n[^\n]*REDIS_URL/);
});
