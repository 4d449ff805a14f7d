import test from 'ava';
import { appid, withSimulator } from './with-simulator.ts';

async function withToken(t: Parameters<typeof withSimulator>[0], ...minted: [string?, object?]) {
  const simulator = await withSimulator(t);
  const token = (await simulator.exchange(simulator.mint(...minted))) as Record<string, string>;
  const known = { access_token: token['access_token'] ?? '', openid: token['openid'] ?? '' };
  const refresh = (changes: Record<string, string> = {}) =>
    simulator.read('/sns/oauth2/refresh_token', {
      appid,
      grant_type: 'refresh_token',
      refresh_token: token['refresh_token'] ?? '',
      ...changes,
    });
  const userinfo = (changes: Record<string, string> = {}) =>
    simulator.read('/sns/userinfo', { ...known, ...changes });
  const auth = (changes: Record<string, string> = {}) =>
    simulator.read('/sns/auth', { ...known, ...changes });
  return { ...simulator, token, refresh, userinfo, auth };
}

test('userinfo answers the documented members, with sex 0 and no region', async (t) => {
  const { token, userinfo } = await withToken(t, 'hanmeimei');
  const profile = await userinfo({ lang: 'en' });
  t.like(profile, {
    nickname: '韩梅梅👩🏽‍💻',
    sex: 0,
    province: '',
    city: '',
    country: '',
    privilege: [],
    language: 'en',
  });
  t.is(profile['openid'], token['openid']);
  t.is(profile['unionid'], token['unionid']);
  t.regex(String(profile['headimgurl']), /^http:\/\/127\.0\.0\.1:\d+\/mmopen\/vi_32\/[0-9a-f]{40}\/132$/);
});

test('userinfo escapes slashes and passes odd nicknames', async (t) => {
  const { call, token } = await withToken(t, 'odd');
  const query = { access_token: token['access_token'] ?? '', openid: token['openid'] ?? '' };
  const body = await (await call('/sns/userinfo', query)).text();
  t.false(/[^\\]\//.test(body));
  t.true(JSON.parse(body).nickname.includes('\ud83d'));
});

test('some persons have no avatar', async (t) => {
  const { userinfo } = await withToken(t, 'anonymous');
  t.like(await userinfo(), { headimgurl: '', nickname: '微信用户' });
});

test('the avatar is served', async (t) => {
  const { userinfo } = await withToken(t, 'lilei');
  const picture = await fetch(String((await userinfo())['headimgurl']));
  t.is(picture.headers.get('content-type'), 'image/svg+xml');
  t.regex(await picture.text(), /^<svg /);
});

test('a token of scope snsapi_base, or of a snapshot visitor, opens no userinfo', async (t) => {
  const base = await withToken(t, 'lilei', { scope: 'snsapi_base' });
  t.like(await base.userinfo(), { errcode: 48001 });
  const snapshot = await withToken(t, 'lilei', { snapshot: true });
  t.like(await snapshot.userinfo(), { errcode: 48001 });
});

test('userinfo tells a missing, malformed, unknown, expired and foreign token apart', async (t) => {
  const { putClockForward, userinfo } = await withToken(t);
  t.like(await userinfo({ access_token: '' }), { errcode: 41001 });
  t.like(await userinfo({ openid: '' }), { errcode: 41009 });
  t.like(await userinfo({ access_token: 'short' }), { errcode: 40014 });
  t.like(await userinfo({ access_token: `61_${'x'.repeat(107)}` }), { errcode: 40001 });
  t.like(await userinfo({ openid: 'oSomebodyElse' }), { errcode: 40003 });
  putClockForward(7_200_000);
  t.like(await userinfo(), { errcode: 42001 });
});

test('auth succeeds with errcode 0 and blames the openid for everything else', async (t) => {
  const { auth } = await withToken(t);
  t.deepEqual(await auth(), { errcode: 0, errmsg: 'ok' });
  t.like(await auth({ openid: 'oSomebodyElse' }), { errcode: 40003 });
  t.like(await auth({ access_token: 'short' }), { errcode: 40003 });
});

test('refreshing a living access token keeps it and prolongs its life', async (t) => {
  const { putClockForward, refresh, token, userinfo } = await withToken(t);
  putClockForward(7_000_000);
  const refreshed = await refresh();
  t.deepEqual(Object.keys(refreshed), ['access_token', 'expires_in', 'refresh_token', 'openid', 'scope']);
  t.is(refreshed['access_token'], token['access_token']);
  putClockForward(7_000_000);
  t.is((await userinfo())['openid'], token['openid']);
});

test('refreshing an expired access token replaces it', async (t) => {
  const { putClockForward, refresh, token, userinfo } = await withToken(t);
  putClockForward(7_200_000);
  const refreshed = await refresh();
  t.not(refreshed['access_token'], token['access_token']);
  t.like(await userinfo(), { errcode: 42001 });
  t.is((await userinfo({ access_token: String(refreshed['access_token']) }))['openid'], token['openid']);
});

test('refresh checks its parameters and the thirty days', async (t) => {
  const { control, putClockForward, refresh } = await withToken(t);
  control.putAccount('wx2', { secret: 'other' });
  t.like(await refresh({ appid: '' }), { errcode: 41002 });
  t.like(await refresh({ refresh_token: '' }), { errcode: 41003 });
  t.like(await refresh({ grant_type: 'authorization_code' }), { errcode: 40002 });
  t.like(await refresh({ appid: 'wx-unknown' }), { errcode: 40013 });
  t.like(await refresh({ appid: 'wx2' }), { errcode: 40030 });
  putClockForward(30 * 86_400_000);
  t.like(await refresh(), { errcode: 42002 });
});
