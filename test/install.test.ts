import { copyFile, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
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
  for (const file of ['install.mjs', 'install-words.mjs']) {
    await copyFile(path.join(root, file), path.join(folder, file));
  }
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

  function begin(env: Record<string, string> = {}, args: readonly string[] = []) {
    return execa('node', ['install.mjs', ...args], {
      cwd: folder,
      all: true,
      reject: false,
      env: { npm_execpath: '', NODE_ENV: 'production', LC_ALL: 'C', ...env },
    });
  }
  async function install(...given: Parameters<typeof begin>) {
    const { exitCode, all } = await begin(...given);
    t.is(await lock(), before, 'the lock is never changed');
    return { exitCode, said: all ?? '' };
  }
  /** Puts a package of the registry into the project and its lock. */
  async function wantLeftPad() {
    for (const file of ['package.json', 'package-lock.json']) {
      const content = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
      const project = file === 'package.json' ? content : content.packages[''];
      project.devDependencies['left-pad'] = '1.3.0';
      if (file === 'package-lock.json')
        content.packages['node_modules/left-pad'] = { version: '1.3.0', dev: true };
      await write(file, content);
    }
  }
  return { folder, write, begin, install, wantLeftPad };
}

test('what is missing is installed, with a word about it, also where NODE_ENV is production', async (t) => {
  const { folder, install } = await withProject(t);
  const { exitCode, said } = await install();
  t.is(exitCode, 0, said);
  t.regex(
    said,
    /^Not installed yet\. Installing \d+ packages, some \d+ MB, with npm ci\. The first time takes a minute or more:\n/,
  );
  // Not at the end: npm says its own on another pipe, which may be read later.
  t.regex(said, /^Installed in \d+ s\.$/m);
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

test('the link to Node 24 that npm 10 takes away is made anew, without another installation', async (t) => {
  const { folder, write, install } = await withProject(t);
  await install();
  const binary = `node-${process.platform}-${process.arch}/bin/node`;
  await write(`node_modules/${binary}`, '');
  const link = path.join(folder, 'node_modules/.bin/node');
  for (const args of [[], ['--node']]) {
    await rm(link, { force: true });
    t.deepEqual(await install({}, args), { exitCode: 0, said: '' });
    t.is(await readlink(link), path.join('..', binary));
  }
});

test('a Node that is too old is told what to run first, and nothing is installed by that', async (t) => {
  const { folder, install } = await withProject(t);
  const options = `--import=data:text/javascript,${encodeURIComponent("Object.defineProperty(process.versions, 'node', { value: '20.19.5' })")}`;
  t.deepEqual(await install({ NODE_OPTIONS: options }, ['--node']), {
    exitCode: 1,
    said: 'Node 24 is not here yet. First run: node install.mjs',
  });
  const ours = { PATH: path.dirname(process.execPath) };
  t.deepEqual(await install(ours, ['--node']), { exitCode: 0, said: '' });
  t.false((await readdir(folder)).includes('node_modules'));
});

test('with the registry out of reach npm’s own words are seen, and one sentence says so, in two languages', async (t) => {
  const { folder, begin, wantLeftPad } = await withProject(t);
  await wantLeftPad();
  const registry = {
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_fetch_retries: '0',
  };
  const english = await begin(registry);
  t.is(english.exitCode, 1);
  t.regex(english.all, /request to http:\/\/127\.0\.0\.1:1\/left-pad.* failed/);
  t.regex(english.all, /\nThe package registry cannot be reached \(ECONNREFUSED\)\..*$/);
  const chinese = await begin({ ...registry, LC_ALL: 'zh_CN.UTF-8' });
  t.regex(chinese.all, /^尚未安装。/);
  t.regex(chinese.all, /\n连不上软件包仓库（ECONNREFUSED）。.*$/);
});

test('Ctrl-C is told in one sentence, and the same command installs it after', async (t) => {
  const { folder, begin, wantLeftPad } = await withProject(t);
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.close());
  await wantLeftPad();
  const { port } = silent.address() as AddressInfo;
  const asked = new Promise<void>((resolve) => {
    silent.once('connection', (socket) => {
      t.teardown(() => socket.destroy());
      resolve();
    });
  });
  const installing = begin({
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: path.join(folder, 'cache'),
  });
  await asked;
  installing.kill('SIGINT');
  const { exitCode, all } = await installing;
  t.is(exitCode, 130);
  t.regex(all, /\nStopped before it was installed\. The same command begins again\.$/);
});

test('what npm says decides the sentence', async (t) => {
  const { whyNpmFailed, wordsFor } = await import(path.join(root, 'install-words.mjs'));
  const why = (said: string) => whyNpmFailed(wordsFor({ LANG: 'en' }), said, 7);
  t.regex(why('npm error code ENOTFOUND\nnpm error x'), /registry cannot be reached \(ENOTFOUND\)/);
  t.regex(why('npm ERR! code EACCES\n'), /^A folder cannot be written \(EACCES\)/);
  t.regex(why('npm error code EROFS\n'), /^A folder cannot be written \(EROFS\)/);
  t.regex(why('npm error code ENOSPC\n'), /^The disk is full/);
  t.regex(why('npm error code E404\n'), /does not give a package \(E404\)/);
  t.is(why('npm error code EUSAGE\n'), 'npm ci ended with EUSAGE; its words are above.');
  t.is(why(''), 'npm ci ended with 7; its words are above.');
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

test('no package of the lock has its commands in “directories” alone: npm 11.6, which Node 24.11 brings, breaks off at one', async (t) => {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const named = [];
  // `editorconfig` is one. It is of a command of js-beautify that nobody calls, so another small package has its place.
  for (const place of Object.keys(lock.packages).filter((one) => one !== '')) {
    const file = path.join(root, place, 'package.json');
    const { bin, directories } = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
    if (bin === undefined && directories?.bin !== undefined) named.push(place);
  }
  t.deepEqual(named, []);
});
