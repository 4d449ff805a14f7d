import test, { type ExecutionContext } from 'ava';
import { appid, secret, withSimulator } from '#test/simulator/with-simulator.ts';
import { type CallResult, createWeChatClient } from '#wechat/api/client.ts';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { serviceAccount } from '#wechat/sources/service-account.ts';
import { pool, withHttp } from './with-http.ts';

const openid = 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc';
const tokenBody = `{"access_token":"71_a","expires_in":7200,"refresh_token":"71_r","openid":"${openid}","scope":"snsapi_userinfo"}`;
const exchange = { source: serviceAccount, appid, secret, code: 'the-code', timeLeftMs: 60_000 };
const ask = { appid, accessToken: '71_a', openid, lang: 'zh_CN', timeLeftMs: 60_000 };

/** A client of a server that always gives this answer. */
async function answeredBy(
  t: ExecutionContext,
  body: string | Buffer,
  { status = 200, type = 'text/plain', timeoutMs = 5_000 } = {},
) {
  const { get, requests } = await withHttp(t, (_request, response) =>
    response.writeHead(status, { 'Content-Type': type }).end(body),
  );
  const heard: [string, CallResult][] = [];
  const client = createWeChatClient({
    get,
    timeoutMs,
    onCall: (endpoint, result, durationMs) => {
      t.true(durationMs >= 0);
      heard.push([endpoint, result]);
    },
  });
  return { client, requests, heard };
}

test('what a person typed into the nickname spoils none of the rest', async (t) => {
  const members = `"openid":"${openid}","headimgurl":"https://thirdwx.qlogo.cn/a/46"`;
  for (const [typed, read] of [
    ['小\u0001明', '小明'],
    ['小明\n\t', '小明'],
    ['\\(^o^)/', '(^o^)/'],
    ['a\\\\b\\"c\u0000', 'a\\b"c'],
    ['\\u5c0f\\u12', '小u12'],
  ] as const) {
    const { client, heard } = await answeredBy(t, `{${members},"nickname":"${typed}"}`);
    const profile = await client.fetchUserinfo(ask);
    t.is(profile.nickname, read, JSON.stringify(typed));
    t.is(profile.avatarUrl, 'https://thirdwx.qlogo.cn/a/46');
    t.deepEqual(heard, [['userinfo', 'ok']]);
  }
});

test('the three calls are spelled as WeChat documents them', async (t) => {
  const { client, requests } = await answeredBy(t, tokenBody);
  await client.fetchToken({ ...exchange, secret: 'a&b=c', code: 'c/d+e' });
  await client.refreshToken({ appid, refreshToken: '71_r', timeLeftMs: 60_000 });
  await client.fetchUserinfo(ask);
  t.deepEqual(requests, [
    `/sns/oauth2/access_token?appid=${appid}&secret=a%26b%3Dc&code=c%2Fd%2Be&grant_type=authorization_code`,
    `/sns/oauth2/refresh_token?appid=${appid}&grant_type=refresh_token&refresh_token=71_r`,
    `/sns/userinfo?access_token=71_a&openid=${openid}&lang=zh_CN`,
  ]);
});

test('a code becomes a token and the token a profile', async (t) => {
  const { url, mint, control } = await withSimulator(t);
  control.putPerson('lilei', { nickname: '李雷 😀' });
  const client = createWeChatClient({ get: pool(t, url), timeoutMs: 5_000 });
  const token = await client.fetchToken({ ...exchange, code: mint('lilei') });
  const timeLeftMs = 60_000;
  t.like(await client.fetchUserinfo({ ...ask, ...token, timeLeftMs }), {
    nickname: '李雷 😀',
    unionid: token.unionid,
  });
  const fresh = await client.refreshToken({ appid, refreshToken: token.refreshToken, timeLeftMs });
  t.is(fresh.openid, token.openid);
});

const reads = test.macro({
  async exec(t, _what: string, body: string | Buffer, type: string) {
    const { client, heard } = await answeredBy(t, body, { type });
    t.like(await client.fetchToken(exchange), { accessToken: '71_a', openid });
    t.deepEqual(heard, [['token', 'ok']]);
  },
  title: (_, what: string) => `a token is read from ${what}`,
});
test(reads, 'text/plain', tokenBody, 'text/plain');
test(reads, 'a type with encoding in place of charset', tokenBody, 'application/json; encoding=utf-8');
test(reads, 'a type that lies about the charset', tokenBody, 'text/html; charset=iso-8859-1');
test(reads, 'a body with a byte order mark', `\ufeff${tokenBody}`, 'text/plain');
test(reads, 'a body with spaces around it', ` \r\n${tokenBody}\n`, 'text/plain');
test(reads, 'a body with errcode 0', tokenBody.replace('{', '{"errcode":0,"errmsg":"ok",'), 'text/plain');
test(reads, 'a body with fields nobody knows', tokenBody.replace('{', '{"new":{"a":[1]},'), 'text/plain');
test(
  reads,
  'a body that means to change prototypes',
  tokenBody.replace('{', '{"__proto__":{"errcode":40029},"constructor":1,'),
  'text/plain',
);

test('a nickname’s bytes are UTF-8 whatever the header says; broken ones cost no more than themselves', async (t) => {
  const body = Buffer.concat([
    Buffer.from(`{"openid":"${openid}","nickname":"小明 😀 \\ud83d`),
    Buffer.from([0xff, 0xc3]),
    Buffer.from('","headimgurl":"http:\\/\\/thirdwx.qlogo.cn\\/a\\/46"}'),
  ]);
  const { client } = await answeredBy(t, body, { type: 'text/plain; charset=gbk' });
  const profile = await client.fetchUserinfo(ask);
  t.regex(profile.nickname, /^小明 😀 \ufffd+$/u);
  t.is(profile.avatarUrl, 'http://thirdwx.qlogo.cn/a/46');
});

const refuses = test.macro({
  async exec(t, body: string, errcode: number, status: number) {
    const { client, heard } = await answeredBy(t, body, { status });
    t.like(await t.throwsAsync(client.fetchToken(exchange), { instanceOf: WeChatError }), {
      errcode,
      endpoint: 'token',
    });
    t.deepEqual(heard, [['token', errcode]]);
  },
  title: (_, body: string, __: number, status: number) => `${status} ${body} is WeChat’s refusal`,
});
test(refuses, '{"errcode":40029,"errmsg":"invalid code, rid: 617833f5-4d39a245-36d3a896"}', 40029, 200);
test(refuses, '{"errcode":"40163","errmsg":"code been used"}', 40163, 200);
test(refuses, '{"errcode":-1}', -1, 200);
test(refuses, '{"errcode":45011}', 45011, 429);

const unreadable = test.macro({
  async exec(t, _what: string, body: string | Buffer, kind: 'malformed' | 'http', status: number) {
    const { client, heard, requests } = await answeredBy(t, body, { status });
    const error = await t.throwsAsync(client.fetchToken(exchange), { instanceOf: WeChatUnreachable });
    t.like(error, { kind, wasSent: true, endpoint: 'token' });
    t.deepEqual(heard, [['token', kind]]);
    t.is(requests.length, 1);
    t.notRegex(`${error?.message} ${error?.stack} ${error?.cause}`, /canary/);
  },
  title: (_, what: string) => `${what} tells nothing, and the code may be spent`,
});
test(unreadable, 'an HTML page', '<html>canary</html>', 'malformed', 200);
test(unreadable, 'a 502 with an HTML page', '<html>canary</html>', 'http', 502);
test(unreadable, 'a 500 with a token in it', tokenBody, 'http', 500);
test(unreadable, 'a redirect', '', 'http', 302);
test(unreadable, 'an empty body', '', 'malformed', 200);
test(unreadable, 'half a body', '{"access_token":"canary', 'malformed', 200);
test(unreadable, 'two bodies', tokenBody + tokenBody, 'malformed', 200);
for (const body of ['null', '[]', '"canary"', '7', 'true', '{}', '[{"errcode":40029}]']) {
  test(unreadable, `the JSON ${body}`, body, 'malformed', 200);
}
test(unreadable, 'a number for a token', tokenBody.replace('"71_a"', '71'), 'malformed', 200);
test(unreadable, 'a list for an openid', tokenBody.replace(`"${openid}"`, `["${openid}"]`), 'malformed', 200);
test(unreadable, 'an answer without an end', Buffer.alloc(100_000, ' '), 'malformed', 200);

test('another person’s profile is none', async (t) => {
  const { client } = await answeredBy(t, '{"openid":"oSomebodyElse","nickname":"x"}');
  t.like(await t.throwsAsync(client.fetchUserinfo(ask), { instanceOf: WeChatUnreachable }), {
    kind: 'malformed',
    endpoint: 'userinfo',
  });
});

for (const [what, limits] of [
  ['its own limit', { timeoutMs: 200, timeLeftMs: 60_000 }],
  ['the time that is left of the code', { timeoutMs: 60_000, timeLeftMs: 200 }],
] as const) {
  test(`a call is bounded by ${what}`, async (t) => {
    const { get } = await withHttp(t, () => {});
    const heard: CallResult[] = [];
    const client = createWeChatClient({
      get,
      timeoutMs: limits.timeoutMs,
      onCall: (_endpoint, result) => heard.push(result),
    });
    const call = client.fetchToken({ ...exchange, timeLeftMs: limits.timeLeftMs });
    t.like(await t.throwsAsync(call, { instanceOf: WeChatUnreachable }), { kind: 'timeout', wasSent: true });
    t.deepEqual(heard, ['timeout']);
  });
}

test('a call that never left is told apart from one that may have arrived', async (t) => {
  const client = createWeChatClient({ get: pool(t, 'http://127.0.0.1:9'), timeoutMs: 5_000 });
  const error = await t.throwsAsync(client.fetchToken(exchange), { instanceOf: WeChatUnreachable });
  t.like(error, { kind: 'network', wasSent: false });
  t.notRegex(`${error?.stack} ${error?.cause}`, new RegExp(`${secret}|the-code`));
});
