import test from 'ava';
import { cleanNickname, errorReply, tokenReply, userinfoReply } from '#wechat/api/replies.ts';

const token = {
  access_token: '71_abc',
  expires_in: 7200,
  refresh_token: '71_def',
  openid: 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc',
  scope: 'snsapi_userinfo',
};
const read = tokenReply.parse({ ...token });

test('a token is read without what nobody needs of it', (t) => {
  t.deepEqual(read, {
    accessToken: '71_abc',
    refreshToken: '71_def',
    openid: 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc',
    unionid: undefined,
    isSnapshot: false,
    isBase: false,
  });
});

const ofScope = test.macro({
  exec(t, scope: unknown, isBase: boolean) {
    t.is(tokenReply.parse({ ...token, scope }).isBase, isBase);
  },
  title: (_, scope: unknown, is: boolean) =>
    `a token of scope ${JSON.stringify(scope)} is ${is ? 'of the silent round' : 'good for userinfo'}`,
});
test(ofScope, 'snsapi_base', true);
test(ofScope, 'snsapi_userinfo', false);
test(ofScope, 'snsapi_base,snsapi_userinfo', false);
test(ofScope, undefined, false);
test(ofScope, 7, false);

const snapshot = test.macro({
  exec(t, flag: unknown, isSnapshot: boolean) {
    t.is(tokenReply.parse({ ...token, is_snapshotuser: flag }).isSnapshot, isSnapshot);
  },
  title: (_, flag: unknown, is: boolean) =>
    `is_snapshotuser ${JSON.stringify(flag)} means ${is ? 'a' : 'no'} snapshot`,
});
test(snapshot, 1, true);
test(snapshot, '1', true);
test(snapshot, 0, false);
test(snapshot, undefined, false);
test(snapshot, 'what', false);

const noToken = test.macro({
  exec(t, _what: string, changes: Record<string, unknown>) {
    t.false(tokenReply.safeParse({ ...token, ...changes }).success);
  },
  title: (_, what: string) => `a token with ${what} is none`,
});
test(noToken, 'a number for openid', { openid: 7 });
test(noToken, 'an object for openid', { openid: { $gt: '' } });
test(noToken, 'an empty openid', { openid: '' });
test(noToken, 'an openid of strange characters', { openid: 'o/../x' });
test(noToken, 'an openid with a line end', { openid: 'oAbc\n' });
test(noToken, 'an endless openid', { openid: 'o'.repeat(129) });
test(noToken, 'no access_token', { access_token: undefined });
test(noToken, 'a number for access_token', { access_token: 7 });
test(noToken, 'a line end in access_token', { access_token: 'a\r\nb' });
test(noToken, 'an access_token without an end', { access_token: 'a'.repeat(1025) });

test('a token without a usable refresh_token is good without one', (t) => {
  for (const refresh_token of [undefined, 7, '', 'a b']) {
    t.is(tokenReply.parse({ ...token, refresh_token }).refreshToken, '');
  }
});

test('a unionid of the wrong type counts as none', (t) => {
  for (const unionid of [7, '', null, ['o6_b'], 'a b'])
    t.is(tokenReply.parse({ ...token, unionid }).unionid, undefined);
  t.is(
    tokenReply.parse({ ...token, unionid: 'o6_bmasdasdsad6_2sgVt7hMZOPfL' }).unionid,
    'o6_bmasdasdsad6_2sgVt7hMZOPfL',
  );
});

const profileOf = (reply: Record<string, unknown>) => userinfoReply.parse({ openid: 'oA', ...reply }).profile;

test('a profile is nickname, avatar and unionid', (t) => {
  const profile = profileOf({
    nickname: '小明',
    sex: 1,
    city: 'Guangzhou',
    headimgurl: 'https://thirdwx.qlogo.cn/mmopen/a/46',
    privilege: [],
    unionid: 'oU',
  });
  t.deepEqual(profile, {
    nickname: '小明',
    avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/a/46',
    unionid: 'oU',
  });
});

test('what is missing or of the wrong type in a profile is empty', (t) => {
  const empty = { nickname: '', avatarUrl: '', unionid: undefined };
  t.deepEqual(profileOf({}), empty);
  t.deepEqual(profileOf({ nickname: 7, headimgurl: ['https://x'], unionid: {} }), empty);
  t.deepEqual(profileOf({ nickname: null, headimgurl: null }), empty);
});

const avatar = test.macro({
  exec(t, url: string) {
    t.is(profileOf({ headimgurl: url }).avatarUrl, '');
  },
  title: (_, url: string) => `${JSON.stringify(url.slice(0, 40))} is no avatar`,
});
test(avatar, '');
test(avatar, 'javascript:alert(1)');
test(avatar, 'data:image/png;base64,AAAA');
test(avatar, '//thirdwx.qlogo.cn/a');
test(avatar, 'https://');
test(avatar, `https://x/${'a'.repeat(1024)}`);

test('an avatar over http is taken: older people have one', (t) => {
  t.is(profileOf({ headimgurl: 'http://wx.qlogo.cn/a/0' }).avatarUrl, 'http://wx.qlogo.cn/a/0');
});

const nickname = test.macro({
  exec(t, _what: string, given: string, kept: string) {
    t.is(cleanNickname(given), kept);
    t.true(cleanNickname(given).isWellFormed());
  },
  title: (_, what: string) => `a nickname keeps ${what}`,
});
test(nickname, 'emoji, joined and coloured ones too', '👩‍👩‍👧 👍🏽 🇨🇳', '👩‍👩‍👧 👍🏽 🇨🇳');
test(nickname, 'the private-use characters of old WeChat emoji', '\ue13c', '\ue13c');
test(nickname, 'inner spaces, not outer ones', '  a  b ', 'a  b');
test(nickname, 'no control character', 'a\u0000b\r\nc\u0085\u007fd', 'abcd');
test(nickname, 'no mark that turns the writing around', '\u202eabc\u2066\u200f\u061c\u2028', 'abc');
test(nickname, 'a sign in place of a lone surrogate', 'a\ud83db', 'a\ufffdb');
test(nickname, '64 characters, cut between two of them', '😀'.repeat(65), '😀'.repeat(64));
test(nickname, 'HTML as the text it is', '<b>&amp;', '<b>&amp;');

const refusal = test.macro({
  exec(t, reply: unknown, errcode: number | undefined) {
    t.is(errorReply.safeParse(reply).data?.errcode, errcode);
  },
  title: (_, reply: unknown, errcode: unknown) =>
    `${JSON.stringify(reply)} is ${errcode === undefined ? 'no' : 'a'} refusal`,
});
test(refusal, { errcode: 40029, errmsg: 'invalid code' }, 40029);
test(refusal, { errcode: -1 }, -1);
test(refusal, { errcode: '40029' }, 40029);
test(refusal, { errcode: 0, errmsg: 'ok' }, undefined);
test(refusal, { errcode: '0' }, undefined);
test(refusal, { errcode: null }, undefined);
test(refusal, { errcode: 'what' }, undefined);
test(refusal, { errcode: 1.5 }, undefined);
test(refusal, {}, undefined);
test(refusal, [], undefined);
test(refusal, null, undefined);
