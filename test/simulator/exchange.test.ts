import test from 'ava';
import { appid, secret, withSimulator } from './with-simulator.ts';

test('a code is traded for exactly the documented members', async (t) => {
  const { exchange, mint } = await withSimulator(t);
  const token = await exchange(mint());
  t.deepEqual(Object.keys(token), [
    'access_token',
    'expires_in',
    'refresh_token',
    'openid',
    'scope',
    'unionid',
  ]);
  t.like(token, { expires_in: 7200, scope: 'snsapi_userinfo' });
});

test('codes, tokens and openids have the shapes seen in the wild', async (t) => {
  const { exchange, mint } = await withSimulator(t);
  const code = mint();
  const token = await exchange(code);
  t.regex(code, /^0[0-9A-Za-z]{31}$/);
  t.regex(String(token['access_token']), /^\d\d_[\w-]{107}$/);
  t.regex(String(token['openid']), /^o[\w-]{27}$/);
});

test('answers are text/plain without a charset, status 200, also for errors', async (t) => {
  const { call, exchangeQuery, mint } = await withSimulator(t);
  for (const code of [mint(), 'nonsense']) {
    const answer = await call('/sns/oauth2/access_token', exchangeQuery(code));
    t.is(answer.status, 200);
    t.is(answer.headers.get('content-type'), 'text/plain');
    await answer.text();
  }
});

test("an error's rid begins with the unix time in hex", async (t) => {
  const { exchange } = await withSimulator(t);
  const { errmsg } = await exchange('nonsense');
  const rid = /^invalid code, rid: ([0-9a-f]{8})-[0-9a-f]{8}-[0-9a-f]{8}$/.exec(String(errmsg));
  t.true(Math.abs(Number.parseInt(rid?.[1] ?? '', 16) - Date.now() / 1000) < 60);
});

const refuses = test.macro({
  async exec(t, changes: Record<string, string>, errcode: number) {
    const { exchange, mint } = await withSimulator(t, { accounts: { [appid]: secret, wx2: secret } });
    t.is((await exchange(mint(), changes))['errcode'], errcode);
  },
  title: (_, changes, errcode) => `an exchange with ${JSON.stringify(changes)} is answered ${errcode}`,
});
const everythingWrong = { secret: 'wrong', code: 'wrong', grant_type: 'wrong' };
test(refuses, { ...everythingWrong, appid: '' }, 41002);
test(refuses, { ...everythingWrong, secret: '', appid: 'wx-unknown' }, 41004);
test(refuses, { ...everythingWrong, code: '', appid: 'wx-unknown' }, 41008);
test(refuses, { ...everythingWrong, appid: 'wx-unknown' }, 40002);
test(refuses, { appid: 'wx-unknown', secret: 'wrong' }, 40013);
test(refuses, { secret: 'wrong', code: 'wrong' }, 40125);
test(refuses, { code: 'wrong' }, 40029);
test(refuses, { appid: 'wx2' }, 40029);

test('a code that another account tried is still good for its own', async (t) => {
  const { exchange, mint } = await withSimulator(t, { accounts: { [appid]: secret, wx2: secret } });
  const code = mint();
  await exchange(code, { appid: 'wx2' });
  t.is((await exchange(code))['errcode'], undefined);
});

test('a used code is 40163 for its five minutes, then 40029', async (t) => {
  const { exchange, mint, putClockForward } = await withSimulator(t);
  const code = mint();
  await exchange(code);
  t.is((await exchange(code))['errcode'], 40163);
  putClockForward(5 * 60_000);
  t.is((await exchange(code))['errcode'], 40029);
});

test('a code lives five minutes, unless told otherwise', async (t) => {
  const { control, exchange, mint, putClockForward } = await withSimulator(t);
  const [inTime, late, shortened] = [mint(), mint(), mint()];
  putClockForward(5 * 60_000 - 5000);
  t.is((await exchange(inTime))['errcode'], undefined);
  putClockForward(5000);
  t.is((await exchange(late))['errcode'], 40029);
  control.setBehaviour({ codeLifetimeMs: 10 * 60_000 });
  t.is((await exchange(shortened))['errcode'], undefined);
});

test('of fifty simultaneous exchanges of one code one succeeds', async (t) => {
  const { exchange, mint } = await withSimulator(t);
  const code = mint();
  const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(code)));
  t.is(answers.filter((answer) => answer['access_token']).length, 1);
  t.is(answers.filter((answer) => answer['errcode'] === 40163).length, 49);
});

test('a snapshot visitor has a virtual openid and unionid, and the flag', async (t) => {
  const { control, exchange, mint } = await withSimulator(t);
  const real = await exchange(mint('lilei'));
  const visit = await exchange(mint('lilei', { snapshot: true }));
  t.is(visit['is_snapshotuser'], 1);
  t.notDeepEqual([visit['openid'], visit['unionid']], [real['openid'], real['unionid']]);
  control.setBehaviour({ snapshotFlag: false });
  t.false('is_snapshotuser' in (await exchange(mint('lilei', { snapshot: true }))));
});

test('snsapi_base gives no unionid, nor does an account outside an open platform', async (t) => {
  const bound = await withSimulator(t);
  t.false('unionid' in (await bound.exchange(bound.mint('lilei', { scope: 'snsapi_base' }))));
  const alone = await withSimulator(t, { accounts: { [appid]: secret } });
  t.false('unionid' in (await alone.exchange(alone.mint())));
});

test('only GET is allowed, and other paths under /sns/ are 40066', async (t) => {
  const { call, exchangeQuery, mint, read } = await withSimulator(t);
  const code = mint();
  const answer = await call('/sns/oauth2/access_token', exchangeQuery(code), { method: 'POST', body: 'x' });
  t.like(await answer.json(), { errcode: 43001 });
  t.like(await read('/sns/oauth2/nothing', {}), { errcode: 40066 });
  t.like(await read('/sns/oauth2/access_token', exchangeQuery(code)), { expires_in: 7200 });
});
