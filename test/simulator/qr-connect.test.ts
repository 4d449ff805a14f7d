import test from 'ava';
import { readCallback, secret, withSimulator } from './with-simulator.ts';

const website = 'wxwebsite';
const link = {
  appid: website,
  redirect_uri: 'https://shop.example/callback?from=qr',
  response_type: 'code',
  scope: 'snsapi_login',
  state: 'free-form_state',
};

async function withWebsite(t: Parameters<typeof withSimulator>[0]) {
  const simulator = await withSimulator(t);
  const { call, control, url } = simulator;
  control.putAccount(website, {
    secret,
    kind: 'website',
    name: 'Shop',
    domains: ['shop.example'],
    openPlatform: true,
  });
  const show = async (changes: Record<string, string> = {}) =>
    (await call('/connect/qrconnect', { ...link, ...changes })).text();
  return {
    ...simulator,
    show,
    /** The uuid of a code that is shown now. */
    screen: async () => /uuid=(\w+)/.exec(await show())?.[1] ?? '',
    told: async (uuid: string) => (await call('/connect/l/qrconnect', { uuid })).text(),
    leave: (uuid: string) => fetch(`${url}/connect/qrconnect/leave?uuid=${uuid}`, { redirect: 'manual' }),
    decide: (form: Record<string, string>) =>
      fetch(`${url}/connect/confirm`, { method: 'POST', body: new URLSearchParams(form) }),
  };
}

test('the phone confirms, and the browser goes on to the website with code and state', async (t) => {
  const { control, decide, leave, read, screen, told } = await withWebsite(t);
  const uuid = await screen();
  t.is(await told(uuid), "window.wx_errcode=408;window.wx_code='';");
  t.is((await leave(uuid)).status, 200);
  await decide({ uuid, person: 'lilei', decision: 'allow' });
  const { code, location, state } = readCallback(await leave(uuid));
  t.is(await told(uuid), `window.wx_errcode=405;window.wx_code='${code}';`);
  t.is(location.href, `https://shop.example/callback?from=qr&code=${code}&state=${state}`);
  t.is(state, link.state);
  const token = await read('/sns/oauth2/access_token', {
    appid: website,
    secret,
    code,
    grant_type: 'authorization_code',
  });
  t.is(token['scope'], 'snsapi_login');
  t.is(typeof token['unionid'], 'string');
  const { access_token, openid } = token as Record<string, string>;
  const info = await read('/sns/userinfo', { access_token: access_token ?? '', openid: openid ?? '' });
  t.like(info, { nickname: 'Li Lei', unionid: token['unionid'] });
  t.like(control.calls({ endpoint: 'qrconnect' }).calls, [
    { appid: website, state: link.state, status: 200 },
  ]);
});

test('a website’s code lives for ten minutes', async (t) => {
  const { control, decide, leave, screen } = await withWebsite(t);
  const uuid = await screen();
  await decide({ uuid, person: 'lilei', decision: 'allow' });
  const { issuedAt, expiresAt } = control.code(readCallback(await leave(uuid)).code);
  t.is(expiresAt - issuedAt, 600_000);
});

test('a phone that scans confirms by itself', async (t) => {
  const { control, leave, screen, url } = await withWebsite(t);
  const uuid = await screen();
  const scanned = await fetch(`${url}/_simulator/scan`, {
    method: 'POST',
    body: JSON.stringify({ person: 'hanmeimei', url: `${url}/connect/confirm?uuid=${uuid}` }),
  });
  t.like(await scanned.json(), { title: '已确认，请看电脑' });
  t.is(control.code(readCallback(await leave(uuid)).code).person, 'hanmeimei');
});

test('who refuses on the phone is not sent on; a code is confirmed once, and for five minutes', async (t) => {
  const { decide, leave, putClockForward, screen, told } = await withWebsite(t);
  const refused = await screen();
  await decide({ uuid: refused, person: 'lilei', decision: 'refuse' });
  t.is(await told(refused), "window.wx_errcode=403;window.wx_code='';");
  t.is((await leave(refused)).status, 200);
  const used = await screen();
  await decide({ uuid: used, person: 'lilei', decision: 'allow' });
  t.true(
    (await (await decide({ uuid: used, person: 'odd', decision: 'allow' })).text()).includes('二维码已失效'),
  );
  const old = await screen();
  putClockForward(5 * 60_000);
  t.is(await told(old), "window.wx_errcode=402;window.wx_code='';");
  t.true(
    (await (await decide({ uuid: old, person: 'odd', decision: 'allow' })).text()).includes('二维码已失效'),
  );
});

for (const [what, changes, words] of [
  ['an unknown appid', { appid: 'wx-unknown' }, 'AppID 参数错误'],
  ['a service account', { appid: 'wx0123456789abcdef' }, 'Scope 参数错误'],
  ['a service account’s scope', { scope: 'snsapi_userinfo' }, 'Scope 参数错误'],
  ['another response type', { response_type: 'token' }, 'response_type 参数错误'],
  ['another domain', { redirect_uri: 'https://other.example/' }, 'redirect_uri 参数错误'],
] as const) {
  test(`${what}: ${words}`, async (t) => {
    const { show } = await withWebsite(t);
    t.true((await show(changes)).includes(words));
  });
}

test('the order is free and a state is not needed', async (t) => {
  const { call, show } = await withWebsite(t);
  t.true((await show({ state: '' })).includes('<svg'));
  const { appid, ...rest } = link;
  t.true((await (await call('/connect/qrconnect', { ...rest, appid })).text()).includes('<svg'));
});

test('a code that is confirmed opens nothing on another phone', async (t) => {
  const { decide, screen, url } = await withWebsite(t);
  const uuid = await screen();
  await decide({ uuid, person: 'lilei', decision: 'allow' });
  const opened = await fetch(`${url}/connect/confirm?uuid=${uuid}`);
  t.true((await opened.text()).includes('二维码已失效'));
});

test('nothing but the button “allow” allows', async (t) => {
  const { decide, screen, told } = await withWebsite(t);
  for (const form of [{}, { decision: '' }, { decision: 'ALLOW' }]) {
    const uuid = await screen();
    await decide({ uuid, person: 'lilei', ...form });
    t.is(await told(uuid), "window.wx_errcode=403;window.wx_code='';");
  }
});

test('who refused may still allow, as on a phone that scans once more', async (t) => {
  const { decide, leave, screen } = await withWebsite(t);
  const uuid = await screen();
  await decide({ uuid, person: 'lilei', decision: 'refuse' });
  await decide({ uuid, person: 'lilei', decision: 'allow' });
  t.is((await leave(uuid)).status, 302);
});

test('anybody can be typed in, whom the phone remembers; a name that is none is its owner', async (t) => {
  const { control, decide, leave, screen, url } = await withWebsite(t);
  const whoIs = async (form: Record<string, string>) => {
    const uuid = await screen();
    const { headers } = await decide({ uuid, decision: 'allow', ...form });
    const { person } = control.code(readCallback(await leave(uuid)).code);
    return { person, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  const { person, cookie } = await whoIs({ person: 'lilei', other: ' 客服 007 ' });
  t.is(person, '客服 007');
  const asked = await fetch(`${url}/connect/confirm?uuid=${await screen()}`, { headers: { cookie } });
  t.regex(await asked.text(), /value="客服 007" checked/);
  t.is((await whoIs({ person: 'x'.repeat(1_000) })).person, 'xiaoming');
});

test('a login that is tried comes back to the simulator whatever the website’s domains are', async (t) => {
  const { show, url } = await withWebsite(t);
  t.true((await show({ redirect_uri: `${url}/try/callback` })).includes('<svg'));
  t.true((await show({ redirect_uri: `${url}/try/other` })).includes('redirect_uri 参数错误'));
});
