import test from 'ava';
import { serviceAccount } from '#wechat/sources/service-account.ts';

const { authorizeUrl } = serviceAccount;

const options = {
  openOrigin: 'https://open.weixin.qq.com',
  publicUrl: 'https://login.example',
  appid: 'wx0123456789abcdef',
  scope: 'snsapi_userinfo',
  state: `00${'a'.repeat(32)}`,
} as const;

test('the link is the documented one, character by character', (t) => {
  t.is(
    authorizeUrl(options),
    'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789abcdef' +
      '&redirect_uri=https%3A%2F%2Flogin.example%2Fwechat%2Fcallback' +
      '&response_type=code&scope=snsapi_userinfo&state=00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa#wechat_redirect',
  );
});

test('snsapi_base changes the scope and nothing else', (t) => {
  const base = authorizeUrl({ ...options, scope: 'snsapi_base' });
  t.is(base, authorizeUrl(options).replace('snsapi_userinfo', 'snsapi_base'));
});

test('the port of an address that has one is kept', (t) => {
  const url = authorizeUrl({ ...options, publicUrl: 'http://127.0.0.1:8081' });
  t.true(url.includes('&redirect_uri=http%3A%2F%2F127.0.0.1%3A8081%2Fwechat%2Fcallback&'));
});
