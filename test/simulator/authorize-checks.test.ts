import test from 'ava';
import { appid, secret, state, withSimulator } from './with-simulator.ts';

const person = { 'x-simulator-person': 'lilei' };

const account = {
  secret,
  domains: ['www.example.com', '127.0.0.1:8081', 'other.example.com/login'],
  scopes: ['snsapi_base' as const, 'snsapi_userinfo' as const],
};
const accounts = {
  [appid]: account,
  'wx-base': { ...account, scopes: ['snsapi_base' as const] },
  'wx-website': { ...account, kind: 'website' as const },
  'wx-banned': { ...account, pageError: 10004 as const },
};
const documented = { redirect_uri: 'https://www.example.com/callback' };

const shows = test.macro({
  async exec(t, changes: Record<string, string>, code: number | '', text: string) {
    const { authorizeUrl, control, open } = await withSimulator(t, { accounts });
    const answer = await open(authorizeUrl({ ...documented, ...changes }), person);
    const page = await answer.text();
    t.is(answer.status, 200);
    t.true(page.includes(`data-page-code="${code}">${text}`), page);
    t.like(control.calls({ endpoint: 'authorize' }).calls, [{ errcode: code || null, code: null }]);
  },
  title: (_, changes, code, text) => `authorize with ${JSON.stringify(changes)} shows ${code} ${text}`,
});
test(shows, { appid: '' }, 10012, 'appid不能为空');
test(shows, { redirect_uri: '' }, 10011, 'redirect_uri不能为空');
test(shows, { scope: '' }, 10010, 'scope不能为空');
test(shows, { state: '' }, 10013, 'state不能为空');
test(shows, { state: 'a'.repeat(129) }, '', 'state参数过长');
test(shows, { state: 'abc-def' }, '', 'state参数错误');
test(shows, { response_type: 'token' }, '', 'response_type参数错误');
test(shows, { appid: 'wx-unknown' }, '', 'AppID参数错误');
test(shows, { appid: 'wx-website' }, 10016, '不支持微信开放平台的Appid');
test(shows, { appid: 'wx-banned' }, 10004, '此公众号被封禁');
test(shows, { component_appid: 'wx-platform' }, 10015, '公众号未授权第三方平台');
test(shows, { redirect_uri: 'not-a-url' }, '', 'redirect_uri参数错误');
test(shows, { redirect_uri: 'javascript:alert(1)' }, '', 'redirect_uri参数错误');
test(shows, { redirect_uri: 'https://example.com/callback' }, 10003, 'redirect_uri域名');
test(shows, { redirect_uri: 'https://pay.www.example.com/callback' }, 10003, 'redirect_uri域名');
test(shows, { redirect_uri: 'https://www.example.com:8443/callback' }, 10003, 'redirect_uri域名');
test(shows, { redirect_uri: 'http://127.0.0.1:8082/callback' }, 10003, 'redirect_uri域名');
test(shows, { redirect_uri: 'https://other.example.com/login2' }, 10003, 'redirect_uri域名');
test(shows, { scope: 'snsapi_userInfo' }, 10005, '此公众号并没有这些scope的权限');
test(shows, { appid: 'wx-base' }, 10005, '此公众号并没有这些scope的权限');

const accepts = test.macro({
  async exec(t, changes: Record<string, string>) {
    const { authorizeUrl, open } = await withSimulator(t, { accounts });
    t.is((await open(authorizeUrl({ ...documented, ...changes }), person)).status, 302);
  },
  title: (_, changes) => `authorize accepts ${JSON.stringify(changes)}`,
});
test(accepts, {});
test(accepts, { redirect_uri: 'http://127.0.0.1:8081/callback?x=1' });
test(accepts, { redirect_uri: 'https://other.example.com/login/callback' });
test(accepts, { appid: 'wx-base', scope: 'snsapi_base' });
test(accepts, { state: 'a'.repeat(128) });
test(accepts, { connect_redirect: '1', forcePopup: 'false', uin: 'x', pass_ticket: 'y' });

test('parameters out of the documented order are refused, unless strictOrder is off', async (t) => {
  const { control, open, url } = await withSimulator(t, { accounts });
  const redirect = 'redirect_uri=https%3A%2F%2Fwww.example.com%2F';
  const disordered = `${url}/connect/oauth2/authorize?appid=${appid}&${redirect}&scope=snsapi_base&response_type=code&state=${state}`;
  t.true((await (await open(disordered)).text()).includes('该链接无法访问'));
  control.setBehaviour({ strictOrder: false });
  t.is((await open(disordered)).status, 302);
});

test('a redirect URI that was not encoded breaks the order with its own parameters', async (t) => {
  const { open, url } = await withSimulator(t, { accounts });
  const naked = `appid=${appid}&redirect_uri=https://www.example.com/?a=1&b=2&response_type=code&scope=snsapi_base&state=${state}`;
  t.true((await (await open(`${url}/connect/oauth2/authorize?${naked}`)).text()).includes('该链接无法访问'));
});

test('the parameter that names the person does not count for the order', async (t) => {
  const { authorizeUrl, open } = await withSimulator(t, { accounts });
  const address = authorizeUrl(documented).replace('?', '?person=lilei&');
  t.is((await open(address)).status, 302);
});

test('outside WeChat the page says so, when the switch is on', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t, { accounts });
  control.setBehaviour({ requireWeChatUserAgent: true });
  const address = authorizeUrl(documented);
  t.true((await (await open(address, person)).text()).includes('请在微信客户端打开链接'));
  const weChat = 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile micromessenger/8.0.50';
  t.is((await open(address, { ...person, 'user-agent': weChat })).status, 302);
});
