import test from 'ava';
import fc from 'fast-check';
import { plainToken, plainUserinfo, readError, readToken, readUserinfo } from '#wechat/api/read-replies.ts';
import { tokenReply, userinfoReply } from '#wechat/api/replies.ts';

const token = {
  access_token: '71_abc',
  expires_in: 7200,
  refresh_token: '71_def',
  openid: 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc',
  scope: 'snsapi_userinfo',
  unionid: 'o6_bmasdasdsad6_2sgVt7hMZOPfL',
  is_snapshotuser: 1,
};
const userinfo = {
  openid: 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc',
  nickname: ' 小明\u202e ',
  sex: 0,
  headimgurl: 'https://thirdwx.qlogo.cn/mmopen/a/132',
  privilege: [],
  unionid: 'o6_bmasdasdsad6_2sgVt7hMZOPfL',
};

/** As documented, but for some of its members: those are anything, hardly right or not there. */
function repliesLike(reply: Record<string, unknown>) {
  const anything = fc.oneof(
    fc.constantFrom(...Object.values(reply)),
    fc.constantFrom(0, 1, '0', '1', '', ' ', null, true, -0, 'o'.repeat(129), 'a b', 'x\n', [], {}),
    fc.string({ unit: 'binary' }),
    fc.jsonValue(),
  );
  const members = Object.entries(reply).map(([name, value]) => [
    name,
    fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: anything }),
  ]);
  return fc.oneof(fc.jsonValue(), fc.record(Object.fromEntries(members), { requiredKeys: [] }));
}

const asTheSchema = test.macro({
  exec(
    t,
    _what: string,
    reply: Record<string, unknown>,
    plain: (json: unknown) => unknown,
    read: (json: unknown) => unknown,
    schema: typeof tokenReply | typeof userinfoReply,
  ) {
    let plainOnes = 0;
    fc.assert(
      fc.property(repliesLike(reply), (made) => {
        const json = JSON.parse(JSON.stringify(made));
        const bySchema = schema.safeParse(json).data;
        const byHand = plain(json);
        if (byHand !== undefined) {
          plainOnes += 1;
          t.deepEqual(byHand, bySchema);
        }
        t.deepEqual(read(json), bySchema);
      }),
      { numRuns: 3_000 },
    );
    // Else nothing was compared.
    t.true(plainOnes > 100);
    t.not(plain(reply), undefined);
  },
  title: (_, what: string) => `${what} is read by hand as the schema reads it, or by the schema`,
});
test(asTheSchema, 'a token', token, plainToken, readToken, tokenReply);
test(asTheSchema, 'a profile', userinfo, plainUserinfo, readUserinfo, userinfoReply);

test('an errcode is a number other than 0, also as text', (t) => {
  t.is(readError({ errcode: 40029, errmsg: 'invalid code' }), 40029);
  t.is(readError({ errcode: '40163' }), 40163);
  for (const json of [{ errcode: 0 }, { errcode: 'x' }, { errcode: 1.5 }, {}, null, 'errcode', []])
    t.is(readError(json), undefined);
});
