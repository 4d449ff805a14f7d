import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import packageJson from '#package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '..');

/** A project of two small packages beside it, one of which brings `node` along as ours does. */
async function withProject(t: ExecutionContext) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'install-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const write = async (file: string, content: unknown) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  };
  await copyFile(path.join(root, 'install.mjs'), path.join(folder, 'install.mjs'));
  await write('runtime/package.json', { name: 'runtime', version: '1.0.0', bin: { node: 'node.js' } });
  await write('runtime/node.js', '#!/usr/bin/env node\n');
  await write('package.json', {
    name: 'project',
    version: '1.0.0',
    devDependencies: { runtime: 'file:runtime' },
  });
  await execa('npm', ['install', '--package-lock-only', '--offline'], { cwd: folder });
  const lock = () => readFile(path.join(folder, 'package-lock.json'), 'utf8');
  const before = await lock();

  async function install(env: Record<string, string> = {}) {
    const { exitCode, all } = await execa('node', ['install.mjs'], {
      cwd: folder,
      all: true,
      reject: false,
      env: { npm_execpath: '', NODE_ENV: 'production', ...env },
    });
    t.is(await lock(), before, 'the lock is never changed');
    return { exitCode, said: all ?? '' };
  }
  return { folder, write, install };
}

test('what is missing is installed, with a word about it, also where NODE_ENV is production', async (t) => {
  const { folder, install } = await withProject(t);
  const { exitCode, said } = await install();
  t.is(exitCode, 0, said);
  t.regex(said, /^Not installed yet\. Installing \d+ packages, some \d+ MB, with npm ci:\n/);
  t.regex(said, /Installed in \d+ s\.$/);
  t.true((await readdir(path.join(folder, 'node_modules'))).includes('runtime'));
});

test('where everything is there nothing is done and nothing said', async (t) => {
  const { install } = await withProject(t);
  await install();
  t.deepEqual(await install({ PATH: path.dirname(process.execPath) }), { exitCode: 0, said: '' });
});

test('another version, a broken installation and a missing Node are noticed', async (t) => {
  const { folder, write, install } = await withProject(t);
  await install();
  const hidden = path.join(folder, 'node_modules/.package-lock.json');
  const known = JSON.parse(await readFile(hidden, 'utf8'));
  known.packages['node_modules/runtime'].version = '0.9.0';
  await write('node_modules/.package-lock.json', known);
  t.regex((await install()).said, /^1 packages differ from package-lock\.json\./);
  await rm(hidden);
  t.regex((await install()).said, /^Not installed yet\./);
  await rm(path.join(folder, 'node_modules/.bin'), { recursive: true });
  t.regex((await install()).said, /^Node 24 is missing\./);
  t.is((await install()).said, '');
});

test('with the registry out of reach npm’s own words are seen, and what to do', async (t) => {
  const { folder, write } = await withProject(t);
  const file = path.join(folder, 'package-lock.json');
  const lock = JSON.parse(await readFile(file, 'utf8'));
  lock.packages['node_modules/left-pad'] = { version: '1.3.0', dev: true };
  lock.packages[''].devDependencies['left-pad'] = '1.3.0';
  await write('package-lock.json', lock);
  const { devDependencies, ...rest } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  await write('package.json', { ...rest, devDependencies: { ...devDependencies, 'left-pad': '1.3.0' } });
  const { exitCode, all = '' } = await execa('node', ['install.mjs'], {
    cwd: folder,
    all: true,
    reject: false,
    env: {
      npm_execpath: '',
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_cache: path.join(folder, 'cache'),
      npm_config_fetch_retries: '0',
    },
  });
  t.is(exitCode, 1);
  t.regex(all, /ECONNREFUSED/);
  t.regex(
    all,
    /npm ci ended with \d+ after \d+ s; its words are above\. Is the package registry in reach\?$/,
  );
});

test('every script that needs packages is preceded by the step, and the size it tells is about right', async (t) => {
  const { scripts } = packageJson;
  for (const name of ['demo', 'test', 'bench', 'chaos']) {
    t.is(Reflect.get(scripts, `pre${name}`), 'node install.mjs', name);
  }
  const [, told = '0'] =
    /installedMegabytes = (\d+)/.exec(await readFile(path.join(root, 'install.mjs'), 'utf8')) ?? [];
  const files = await readdir(path.join(root, 'node_modules'), { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile())
    .map((file) => stat(path.join(file.parentPath, file.name)));
  const megabytes = (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0) / 2 ** 20;
  t.true(Number(told) > megabytes / 2 && Number(told) < megabytes * 2, `${told} told, ${megabytes} there`);
});

test('the lock serves npm 10 too, which wants optional peers in it that npm 11 leaves out', async (t) => {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  // After a change of dependencies: npx npm@10 install --package-lock-only, and add what is new in it to this lock.
  for (const name of ['@ladjs/koa-views/node_modules/ejs', 'jake', 'async', 'filelist', 'picocolors']) {
    t.truthy(lock.packages[`node_modules/${name}`], name);
  }
});
