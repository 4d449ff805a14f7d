import test from 'ava';
import { DirectoryUnavailable } from '#models/documents/look-up.ts';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { meets } from './login-story.ts';
import { token, withExchange } from './with-exchange.ts';

const errcode = (code: number) => new WeChatError(code, 'token');
const notSent = new WeChatUnreachable('token', 'network', false);
const inDoubt = new WeChatUnreachable('token', 'timeout', true);
const mongoAway = Object.assign(new Error('no primary'), { name: 'MongoServerSelectionError' });

test(meets, '-1 gets one more call', {
  tokens: [errcode(-1), token],
  asked: ['first', 'token', 'second', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, '-1 twice loses the code', {
  tokens: [errcode(-1)],
  asked: ['first', 'token', 'second', 'token'],
  ends: 'reauthorize',
});
test(meets, 'a call in doubt gets one more', {
  tokens: [inDoubt, token],
  asked: ['first', 'token', 'second', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'two calls in doubt lose the code', {
  tokens: [inDoubt],
  asked: ['first', 'token', 'second', 'token'],
  ends: 'reauthorize',
});
test(meets, 'a call in doubt and then -1 lose the code', {
  tokens: [inDoubt, errcode(-1)],
  asked: ['first', 'token', 'second', 'token'],
  ends: 'reauthorize',
});
test(meets, 'a call that never left does not count', {
  tokens: [notSent, notSent, inDoubt, token],
  asked: ['first', 'token', 'first', 'token', 'first', 'token', 'second', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'a code that WeChat does not take is never sent again', {
  tokens: [errcode(40_163)],
  asked: ['first', 'token'],
  ends: 'reauthorize',
});
test(meets, 'WeChat’s refusal of the person is final', {
  tokens: [errcode(50_002)],
  asked: ['first', 'token'],
  ends: 'failed refused',
});
test(meets, 'a fault of the account is told to the gate', {
  tokens: [errcode(40_125)],
  asked: ['first', 'token', 'misconfigured 40125'],
  ends: 'failed misconfigured',
});
test(meets, 'a quota that is used up is told to the gate, and the code waits', {
  tokens: [errcode(45_011), token],
  asked: ['first', 'token', 'paused 45011', 'second', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'a day’s quota that was raised meanwhile costs nothing', {
  tokens: [errcode(45_009), token],
  asked: ['first', 'token', 'exhausted 45009', 'second', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'an account nobody knows is misconfigured', {
  sealedSecret: undefined,
  asked: ['misconfigured unknown-account'],
  ends: 'failed misconfigured',
});
test(meets, 'a secret that no key opens is misconfigured', {
  sealedSecret: 'gone.AAAA',
  asked: ['misconfigured unsealable'],
  ends: 'failed misconfigured',
});
test(meets, 'with MongoDB away before the call the code waits, unsent', {
  accounts: [new DirectoryUnavailable('away'), mongoAway],
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});

test('a bug before the call gives the code back uncounted and is told', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { gateThrows: new TypeError('a bug') });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: TypeError });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
});

test('a code that WeChat refuses counts against who brought it', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { tokens: [errcode(40_029)] });
  const job = await recorded();
  await exchangeCode(job, 'job');
  t.is((await fieldsOf(job.login))['refused'], '1');
});

test('not after a call in doubt, which may have used it', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { tokens: [inDoubt, errcode(40_163)] });
  const job = await recorded();
  await exchangeCode(job, 'job');
  t.false('refused' in (await fieldsOf(job.login)));
});

test('nor for an answer that is no refusal of the code', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { tokens: [errcode(40_003)] });
  const job = await recorded();
  await exchangeCode(job, 'job');
  t.false('refused' in (await fieldsOf(job.login)));
});

for (const [what, tokens, trouble] of [
  ['an errcode and where it came from', [errcode(40_125)], { errcode: 40_125, endpoint: 'token' }],
  ['why there was no answer', [inDoubt], { endpoint: 'token', cause: 'timeout' }],
] as const) {
  test(`${what} goes with the login’s end`, async (t) => {
    const { exchangeCode, recorded } = withExchange(t, { tokens: [...tokens] });
    const result = await exchangeCode(await recorded(), 'job');
    t.deepEqual(result.verb === 'settled' && result.trouble, trouble);
  });
}

test('an account nobody knows, and a secret no key opens, are causes too', async (t) => {
  for (const [sealedSecret, cause] of [
    [undefined, 'unknown-account'],
    ['gone.AAAA', 'unsealable'],
  ] as const) {
    const { exchangeCode, recorded } = withExchange(t, { sealedSecret });
    const result = await exchangeCode(await recorded(), 'job');
    t.deepEqual(result.verb === 'settled' && result.trouble, { cause });
  }
});

test('a bug after the call counts it: nobody knows what became of the code', async (t) => {
  const beforeToken = async () => {
    throw new TypeError('a bug');
  };
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { beforeToken });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: TypeError });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '1' });
});
