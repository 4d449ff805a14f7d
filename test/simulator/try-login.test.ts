import test from 'ava';
import { appid, secret, withSimulator } from './with-simulator.ts';

async function withTry(t: Parameters<typeof withSimulator>[0], options = {}) {
  const simulator = await withSimulator(t, options);
  const { url } = simulator;
  const headers = { 'accept-language': 'en' };
  const trade = async (code: string) =>
    (
      await fetch(`${url}/try/trade`, { method: 'POST', headers, body: new URLSearchParams({ code }) })
    ).text();
  return { ...simulator, trade };
}

test('a login comes back to the simulator whatever the account’s domains are', async (t) => {
  const { authorizeUrl, control, decide, url } = await withTry(t);
  control.putAccount(appid, { secret, domains: ['shop.example'] });
  const tried = authorizeUrl({ redirect_uri: `${url}/try/callback` });
  const answer = await decide(tried, { decision: 'allow', person: 'lilei' });
  const page = await (
    await fetch(answer.headers.get('location') ?? '', { headers: { 'accept-language': 'zh' } })
  ).text();
  t.true(page.includes('用 code 换取 access_token'));
  const elsewhere = authorizeUrl({ redirect_uri: `${url}/try/other` });
  t.regex(
    await (await decide(elsewhere, { decision: 'allow', person: 'lilei' })).text(),
    /data-page-code="10003"/,
  );
});

test('the code is traded over HTTP, without showing the secret, and the log has the calls', async (t) => {
  const { control, mint, trade } = await withTry(t);
  const page = await trade(mint('lilei'));
  t.true(page.includes('&quot;nickname&quot;: &quot;Li Lei&quot;'));
  t.true(page.includes('secret=***'));
  t.false(page.includes(secret));
  t.deepEqual(
    control.calls().calls.map(({ endpoint }) => endpoint),
    ['access_token', 'userinfo'],
  );
});

test('a silent code tells who, and no more; a second trade is 40163', async (t) => {
  const { mint, trade } = await withTry(t);
  const code = mint('lilei', { scope: 'snsapi_base' });
  const page = await trade(code);
  t.true(page.includes('&quot;openid&quot;'));
  t.false(page.includes('/sns/userinfo'));
  t.true((await trade(code)).includes('40163'));
});

test('it meets the faults, and says where no answer came', async (t) => {
  const { control, mint, trade } = await withTry(t);
  control.addFault({ kind: 'reset', count: 1 });
  t.true((await trade(mint())).includes('No answer: '));
  control.addFault({ kind: 'error', errcode: -1, count: 1 });
  t.true((await trade(mint())).includes('system error'));
});

test('without a code the person refused; what came is shown as text', async (t) => {
  const { url } = await withTry(t);
  const page = await (await fetch(`${url}/try/callback?state=${encodeURIComponent('<b>')}`)).text();
  t.true(page.includes('No code: the person refused.'));
  t.false(page.includes('<b>'));
});

test('an account that there is not leads to the panel', async (t) => {
  const { open, url } = await withTry(t);
  for (const query of ['?appid=wx-unknown', '', '?appid=a&appid=b']) {
    t.is((await open(`${url}/try${query}`)).headers.get('location'), '/');
  }
});
