import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { request } from 'undici';
import { breakSilence } from '#demo/break-silence.ts';
import { createHome, type DemoAddresses } from '#demo/home.ts';
import { languageOfTerminal } from '#demo/language.ts';
import { demoSettings } from '#demo/settings.ts';
import { storeLine } from '#demo/store-words.ts';
import { terminalWords } from '#demo/terminal-words.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { listen } from '#operations/http-server.ts';
import { addressesOf, homeOf, launchDemo } from '#test/support/start-demo.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { until } from '#test/support/until.ts';

const root = path.join(import.meta.dirname, '../..');
const stores = () => ({ REDIS_URL: storeUrl('TEST_REDIS_URL'), MONGO_URL: storeUrl('TEST_MONGO_URL') });
const isRunning = (demo: { said: () => string }) => /Ctrl-C/.test(demo.said());
const patience = { timeoutMs: 90_000 };

test('of two demos that begin at the same moment both run, each on ports of its own', async (t) => {
  const usual = Object.entries(demoSettings.parse({})).filter(([name]) => name.endsWith('_PORT'));
  const ports = Object.fromEntries(usual.map(([name, port]) => [name, String(port)]));
  const env = { ...stores(), ...ports, DEMO_HOME_PORT: String(await freePort()) };
  const demos = await Promise.all([launchDemo(env), launchDemo(env)]);
  t.teardown(() => Promise.all(demos.map((demo) => demo.end())));
  await until(() => demos.every((demo) => isRunning(demo) || demo.isOver()), patience);
  t.deepEqual(
    demos.filter((demo) => demo.isOver()).map((demo) => demo.said()),
    [],
  );
  const addresses = await Promise.all(demos.map(addressesOf));
  const told = addresses.flatMap(({ openHouse, operate, workerMetrics, simulator, host, oidcHost }) => [
    openHouse,
    operate,
    workerMetrics,
    simulator,
    host,
    oidcHost,
  ]);
  t.is(new Set(told.map((url) => new URL(url).port)).size, 12);
  t.is(demos.filter((demo) => demo.said().includes('by another demo perhaps')).length, 1);
});

test('where LANG says Chinese the demo speaks Chinese, and its people have Chinese names', async (t) => {
  const demo = await launchDemo({ ...stores(), LANG: 'zh_CN.UTF-8' });
  t.teardown(() => demo.end());
  await until(() => isRunning(demo) || demo.isOver(), patience);
  t.regex(demo.said(), /演示已就绪/);
  t.notRegex(demo.said(), /Starting|running|Logs/);
  const english = await (await fetch(homeOf(demo), { headers: { 'Accept-Language': 'en' } })).text();
  t.regex(english, /<html lang="en">/, 'a browser speaks for itself');
  const { openHouse } = await addressesOf(demo);
  t.regex(await (await fetch(openHouse)).text(), /示例企业/);
  await demo.end();
  t.true(demo.said().endsWith('已全部结束。\n'));
});

test('no line of either language is wider than 60 columns, addresses and paths apart', (t) => {
  for (const words of Object.values(terminalWords)) {
    const running = words.running({
      homeUrl: 'http://127.0.0.1:8080/',
      operateUrl: 'http://127.0.0.1:8082/operate',
      adminToken: 'x'.repeat(24),
      logFolder: '/tmp/wechat-login-demo-abcdef',
      pids: { ingress: 12_345, workers: 12_346 },
      isOnlyHere: true,
      seconds: 12,
    });
    const beside = words.besideAnother(65_535, 65_535);
    for (const line of `${running}\n${beside}`.split('\n')) t.true(columnsOf(line) <= 60, line);
  }
});

test('what is said while stores are fetched is said in Chinese too, as narrow', async (t) => {
  const files = ['find-redis', 'find-mongod', 'open-stores'];
  const sources = await Promise.all(files.map((file) => readFile(`${root}/dev-stores/${file}.ts`, 'utf8')));
  const said = sources.flatMap((source) =>
    [...source.matchAll(/(?:says: |say\()'([^']+)'/g)].map(([, words]) => words ?? ''),
  );
  t.true(said.length >= 6, said.join('\n'));
  for (const words of said) {
    const line = words.startsWith('Redis') || words.startsWith('MongoDB') ? words : `mongod: ${words}`;
    const chinese = storeLine('zh', line);
    t.regex(chinese, /^\w+：\p{Script=Han}/u, line);
    for (const part of chinese.split('\n')) t.true(columnsOf(part) <= 60, part);
    t.is(storeLine('en', line), line);
  }
  t.is(storeLine('zh', 'mongod: something new'), 'mongod: something new');
});

/** A Chinese character is two columns wide. */
const columnsOf = (line: string) =>
  Array.from(line, (c) => (c > '\u2e7f' ? 2 : 1)).reduce((a, b) => a + b, 0);

test('until everything runs the home page says that it starts, and comes again by itself', async (t) => {
  let addresses: DemoAddresses | undefined;
  const home = await listen(createHome({ addresses: () => addresses }).callback(), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(home.close);
  const early = await fetch(home.url, { headers: { 'Accept-Language': 'zh-CN' } });
  t.is(early.status, 503);
  t.regex(await early.text(), /http-equiv="refresh"[\s\S]*演示正在启动/);
  t.is((await fetch(new URL('/addresses.json', home.url))).status, 503);

  const here = 'http://127.0.0.1:1/<a>&b';
  const all = {
    openHouse: here,
    staffRoom: here,
    host: here,
    oidcHost: here,
    simulator: here,
    operate: here,
  };
  addresses = { ...all, dashboard: here, ingressMetrics: here, workerMetrics: here, password: 'secret' };
  const page = await fetch(home.url);
  t.is(page.status, 200);
  t.regex(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
  const text = await page.text();
  t.false(text.includes('/<a>&b'), 'an address is text');
  t.regex(text, /secret/);
});

test('another site that has its name lead here reads nothing', async (t) => {
  const home = await listen(createHome({ addresses: () => undefined }).callback(), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(home.close);
  const { statusCode, body } = await request(new URL('/addresses.json', home.url), {
    headers: { host: 'evil.example' },
  });
  t.is(statusCode, 421);
  t.notRegex(await body.text(), /starting|password/);
});

test('a start that says nothing for long tells how long it lasts', async (t) => {
  const said: string[] = [];
  const { say, end } = breakSilence((line) => said.push(line));
  t.teardown(end);
  say('Starting …');
  await until(() => said.length === 2);
  t.is(said[0], 'Starting …');
  t.regex(said[1] ?? '', /^ {2}… \d+ s$/);
});

test('the terminal’s language is that of the first variable that is set', (t) => {
  t.is(languageOfTerminal({}), 'en');
  t.is(languageOfTerminal({ LANG: 'C.UTF-8' }), 'en');
  t.is(languageOfTerminal({ LANG: 'zh_TW.UTF-8' }), 'zh');
  t.is(languageOfTerminal({ LANG: 'zh_CN.UTF-8', LC_ALL: 'en_GB.UTF-8' }), 'en');
});
