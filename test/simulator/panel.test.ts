import test from 'ava';
import type { FaultInput } from '#simulator/fault-schema.ts';
import { appid, secret, withSimulator } from './with-simulator.ts';

async function withPanel(t: Parameters<typeof withSimulator>[0], options = {}) {
  const simulator = await withSimulator(t, options);
  return {
    ...simulator,
    press: (form: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${simulator.url}/panel/faults`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams(form),
      }),
    page: async (language = 'en') =>
      (await fetch(simulator.url, { headers: { 'accept-language': language } })).text(),
  };
}

const made: readonly (readonly [name: string, fault: Partial<FaultInput>])[] = [
  ['busy', { kind: 'error', errcode: -1 }],
  ['quotaDay', { kind: 'error', errcode: 45_009 }],
  ['quotaMinute', { kind: 'error', errcode: 45_011 }],
  ['secret', { kind: 'error', errcode: 40_125 }],
  ['address', { kind: 'error', errcode: 40_164 }],
  ['unauthorized', { kind: 'error', errcode: 48_001, endpoint: 'userinfo' }],
  ['slow', { kind: 'latency', ms: 5_000 }],
  ['hang', { kind: 'hang' }],
  ['reset', { kind: 'reset' }],
  ['snapshot', { kind: 'snapshot' }],
  ['doubleCallback', { kind: 'double-callback' }],
  ['nickname', { kind: 'nickname' }],
];
for (const [name, fault] of made) {
  test(`the button ${name} breaks it, is shown pressed, and mends it`, async (t) => {
    const { control, page, press } = await withPanel(t);
    const answer = await press({ on: name, count: '' });
    t.deepEqual([answer.status, answer.headers.get('location')], [303, '/#break']);
    t.like(control.faults(), [{ ...fault, count: undefined }]);
    t.true((await page()).includes(`name="off" value="${name}" aria-pressed="true"`));
    await press({ off: name });
    t.deepEqual(control.faults(), []);
    t.true((await page()).includes(`name="on" value="${name}" aria-pressed="false"`));
  });
}

test('it breaks so often, for one account, and says what is left', async (t) => {
  const { control, exchange, mint, page, press } = await withPanel(t);
  await press({ on: 'busy', count: '3', appid });
  t.is((await exchange(mint()))['errcode'], -1);
  t.like(control.faults(), [{ appid, count: 3, applied: 1 }]);
  t.regex(await page(), /wx0123456789abcdef · happened once · 2 to come/);
  await exchange(mint());
  await exchange(mint());
  t.true((await page()).includes('Nothing: all calls are answered'));
});

test('a fault that programs made is shown, and mended alone or with all', async (t) => {
  const { control, page, press } = await withPanel(t);
  const { id } = control.addFault({ kind: 'html', endpoint: 'userinfo' });
  control.addFault({ kind: 'drip' });
  t.true((await page()).includes('html · userinfo'));
  await press({ remove: String(id) });
  t.like(control.faults(), [{ kind: 'drip' }]);
  await press({ clear: 'all' });
  t.deepEqual(control.faults(), []);
});

for (const form of [
  { on: '__proto__' },
  { on: 'gremlin' },
  { off: 'gremlin' },
  { remove: 'all' },
  { clear: 'some' },
  {},
] as Record<string, string>[]) {
  test(`a button that the panel does not have is 400: ${JSON.stringify(form)}`, async (t) => {
    const { control, press } = await withPanel(t);
    control.addFault({ kind: 'drip' });
    t.is((await press(form)).status, 400);
    t.like(control.faults(), { length: 1, 0: { kind: 'drip' } });
  });
}

for (const count of ['0', '-1', '01', '1.5', '99999', 'once', ' 3']) {
  test(`no number of times (${JSON.stringify(count)}) is until it is cleared`, async (t) => {
    const { control, press } = await withPanel(t);
    t.is((await press({ on: 'busy', count })).status, 303);
    t.like(control.faults(), [{ errcode: -1, count: undefined }]);
  });
}

test('a button mends what is its own alone, which is all of the same make', async (t) => {
  const { control, page, press } = await withPanel(t);
  control.addFault({ kind: 'error', errcode: -1, count: 3 });
  control.addFault({ kind: 'error', errcode: -1, endpoint: 'userinfo' });
  control.addFault({ kind: 'hang' });
  await press({ on: 'busy' });
  await press({ off: 'busy' });
  t.like(control.faults(), { length: 2, 0: { endpoint: 'userinfo' }, 1: { kind: 'hang' } });
  t.true((await page()).includes('name="on" value="busy" aria-pressed="false"'));
});

test('of a name that comes twice the first counts; a form that is too long is 413', async (t) => {
  const { control, url } = await withPanel(t);
  const post = (body: string) => fetch(`${url}/panel/faults`, { method: 'POST', redirect: 'manual', body });
  t.is((await post('on=busy&on=hang')).status, 303);
  t.like(control.faults(), { length: 1, 0: { errcode: -1 } });
  control.clearFaults();
  t.is((await post(`on=busy&appid=${'x'.repeat(2 << 20)}`)).status, 413);
  t.deepEqual(control.faults(), []);
});

test('what programs name is shown as text', async (t) => {
  const { control, exchange, mint, page } = await withPanel(t);
  control.putAccount('wx1', { secret, name: '<b>"One"', domains: ['<i>'] });
  await exchange(mint('<u>'));
  t.regex(await page(), /&lt;b&gt;&quot;One&quot;.*&lt;i&gt;.*&lt;u&gt;/s);
});

test('one language at a time: the browser’s first that is Chinese or English', async (t) => {
  const { page } = await withPanel(t);
  const isChinese = async (language: string) => (await page(language)).includes('<h2>制造故障</h2>');
  t.true(await isChinese('zh-CN,zh;q=0.9,en;q=0.8'));
  t.true(await isChinese('fr, zh-TW'));
  t.false(await isChinese('en-GB,zh;q=0.9'));
  t.false(await isChinese('fr'));
  t.false(/[\u4e00-\u9fff]/.test((await page('en')).replaceAll(/示例服务号|小明|韩梅梅|微信用户/g, '')));
});

test('the log tells the last calls, newest first, and nothing that opens anything', async (t) => {
  const { exchange, mint, page, read } = await withPanel(t);
  const code = mint('lilei');
  const {
    access_token = '',
    openid = '',
    refresh_token = '',
  } = (await exchange(code)) as Record<string, string>;
  await read('/sns/userinfo', { access_token, openid });
  await exchange(code);
  const text = await page();
  const rows = [...text.matchAll(/<tr><td>[\d:]{8}<\/td><td>(\w+)<\/td>/g)].map(([, endpoint]) => endpoint);
  t.deepEqual(rows, ['access_token', 'userinfo', 'access_token']);
  t.true(text.includes(`${code.slice(0, 5)}…`));
  t.true(text.includes('40163'));
  for (const hidden of [code, access_token, refresh_token, openid, secret]) t.false(text.includes(hidden));
  for (let n = 0; n < 60; n += 1) await exchange('unknown');
  t.is((await page()).split('<tr><td>').length - 1, 50);
});

test('an account leads to its program where it says so, and is tried at the simulator', async (t) => {
  const { control, open, page, url } = await withPanel(t);
  control.putAccount('wx1', {
    secret,
    name: 'One',
    link: 'https://shop.example/login',
    domains: ['shop.example'],
  });
  const text = await page();
  t.true(text.includes('href="https://shop.example/login"'));
  t.true(text.includes('href="/try?appid=wx1"'));
  const link = (await open(`${url}/try?appid=wx1`)).headers.get('location') ?? '';
  t.true((await (await fetch(url + link)).text()).includes('允许'));
  t.true(link.endsWith('#wechat_redirect'));
});

test('a simulator without an account says how one is made', async (t) => {
  const { page } = await withPanel(t, { accounts: {} });
  t.regex(await page(), /curl -X PUT http:\/\/127.0.0.1:\d+\/_simulator\/accounts\/wx0123456789abcdef/);
});
