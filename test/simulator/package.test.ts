import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import packageJson from '#package.json' with { type: 'json' };
import { blocksOf, readDocument, root } from '#test/support/documents.ts';
import { until } from '#test/support/until.ts';
import { oldestNode } from './oldest-node.ts';

// The simulator as another repository has it: packed here, installed there from the tarball.

const sources = path.join(root, 'simulator');
const manifest = JSON.parse(await readFile(path.join(sources, 'package.json'), 'utf8')) as {
  version: string;
  license: string;
  dependencies: Record<string, string>;
};
// Before anything is declared: AVA wants to know all tests at once.
const node = await oldestNode();
const folder = await mkdtemp(path.join(os.tmpdir(), 'simulator-package-'));
test.after.always('the folder goes', () => rm(folder, { recursive: true, force: true }));
let packed: string[] = [];

test.before('it is packed, and installed in an empty folder', async (t) => {
  t.timeout(540_000);
  const { stdout } = await execa('npm', ['pack', sources, '--json', '--pack-destination', folder]);
  // What prepack says stands before it.
  const [tarball] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = tarball.files.map((file) => file.path);
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }');
  await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball.filename}`], {
    cwd: folder,
  });
});

async function run(file: string, text: string) {
  await writeFile(path.join(folder, file), text);
  const { stdout } = await execa(node, [file], { cwd: folder });
  return stdout;
}

test('the tarball holds the compiled program with its types, and nothing of how it is made', async (t) => {
  const names: string[] = [];
  for await (const file of glob('*.ts', { cwd: sources })) names.push(path.basename(file, '.ts'));
  t.true(names.length > 30);
  const compiled = names.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]);
  const texts = ['LICENSE', 'README.md', 'README.zh-CN.md', 'package.json', 'sdks.md'];
  t.deepEqual(packed.toSorted(), [...compiled, ...texts].toSorted());
});

test('its manifest has the version and license of the product, and names what it imports as the product does', async (t) => {
  t.is(manifest.version, packageJson.version);
  t.is(manifest.license, packageJson.license);
  t.is(await readDocument('simulator/LICENSE'), await readDocument('LICENSE'));
  const texts: string[] = [];
  for await (const file of glob('simulator/*.ts', { cwd: root })) texts.push(await readDocument(file));
  const all = texts.join('');
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    t.is(version, Reflect.get(packageJson.dependencies, name), name);
    t.true(all.includes(`'${name}'`) || all.includes(`'${name}/`), name);
  }
  const imported = Array.from(all.matchAll(/ from '([^.'][^']*)'/g), ([, from = '']) => from);
  t.true(imported.includes('zod'));
  t.deepEqual(
    imported.filter((from) => !from.startsWith('node:') && !(from in manifest.dependencies)),
    [],
  );
});

test('a program in plain JavaScript, of another repository, logs somebody in', async (t) => {
  const stdout = await run(
    'login.mjs',
    `import { startSimulator } from 'wechat-oauth-simulator';
    const simulator = await startSimulator({ accounts: { wx1: 'secret' } });
    simulator.control.putPerson('lilei', { nickname: '李雷🌱' });
    const ask = async (path, given) =>
      (await fetch(simulator.url + path + '?' + new URLSearchParams(given))).json();
    const authorize = new URLSearchParams({ appid: 'wx1', redirect_uri: 'http://host.test/cb',
      response_type: 'code', scope: 'snsapi_userinfo', state: 's1' });
    const answer = await fetch(simulator.url + '/connect/oauth2/authorize?' + authorize + '#wechat_redirect',
      { redirect: 'manual', headers: { 'x-simulator-person': 'lilei' } });
    const back = new URL(answer.headers.get('location'));
    const given = { appid: 'wx1', secret: 'secret', code: back.searchParams.get('code'),
      grant_type: 'authorization_code' };
    const token = await ask('/sns/oauth2/access_token', given);
    const user = await ask('/sns/userinfo', { access_token: token.access_token, openid: token.openid });
    const again = await ask('/sns/oauth2/access_token', given);
    const script = await (await fetch(simulator.url + '/qr/decode.js')).text();
    await simulator.close();
    const state = back.searchParams.get('state');
    console.log(JSON.stringify({ version: process.version, state, user, again, script: script.length }));`,
  );
  const { version, state, user, again, script } = JSON.parse(stdout);
  t.log(`Node ${version}`);
  t.is(state, 's1');
  t.is(user.nickname, '李雷🌱');
  t.is(again.errcode, 40163);
  t.true(script > 1_000, 'the library that reads QR codes comes along');
});

test('what its README shows runs, and has types', async (t) => {
  const [sample = '', ...more] = blocksOf(await readDocument('simulator/README.md'), 'ts');
  t.deepEqual(more, []);
  t.true(sample.includes("from 'wechat-oauth-simulator'"));
  t.is(await run('sample.mjs', sample), '');
  const wrong = `
    // @ts-expect-error: a secret is a text
    await startSimulator({ accounts: { wx1: 5 } });
    // @ts-expect-error: no such fault
    simulator.control.addFault({ kind: 'flood' });`;
  await writeFile(path.join(folder, 'sample.mts'), sample + wrong);
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  const typeRoots = path.join(root, 'node_modules/@types');
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const { exitCode, stdout } = await execa(tsc, [...options, '--typeRoots', typeRoots, 'sample.mts'], {
    cwd: folder,
    reject: false,
  });
  t.is(exitCode, 0, stdout);
});

test('its command tells how it is used, starts with an account, and ends on SIGTERM', async (t) => {
  const command = 'wechat-oauth-simulator';
  const npx = await execa('npx', ['--no-install', command, '--help'], { cwd: folder });
  t.regex(npx.stdout, /^Usage: wechat-oauth-simulator /);

  const file = path.join(folder, 'node_modules/.bin', command);
  const unknown = await execa(node, [file, '--prot', '1'], { reject: false });
  t.is(unknown.exitCode, 1);
  t.regex(unknown.stderr, /'--prot'/);

  const program = execa(node, [file, '--port', '0', '--account', 'wx1=a=b'], { reject: false });
  t.teardown(() => program.kill('SIGKILL'));
  let told = '';
  program.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const url = await until(() => /WECHAT_API_URL=(\S+)/.exec(told)?.[1], { timeoutMs: 60_000 });
  const { accounts } = (await (await fetch(`${url}/_simulator/accounts`)).json()) as { accounts: object[] };
  t.like(accounts, [{ appid: 'wx1' }]);
  const query = new URLSearchParams({
    appid: 'wx1',
    secret: 'a=b',
    code: 'x',
    grant_type: 'authorization_code',
  });
  // Not 40125: the secret is whole.
  t.like(await (await fetch(`${url}/sns/oauth2/access_token?${query}`)).json(), { errcode: 40029 });
  program.kill('SIGTERM');
  t.is((await program).exitCode, 0);
});
