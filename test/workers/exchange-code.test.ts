import test from 'ava';
import { DirectoryUnavailable } from '#models/directory.ts';
import type { NewLogin } from '#models/login-record.ts';
import { bindTicketLifetimeMs, openOutcome } from '#models/ticket.ts';
import { codeLifetimeMs } from '#test/models/with-logins.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import { WeChatError, WeChatUnreachable } from '#workers/wechat/errors.ts';
import { profile, token, type World, withExchange } from './with-exchange.ts';

const errcode = (code: number) => new WeChatError(code, 'token');
const denied = (code: number) => new WeChatError(code, 'userinfo');
const notSent = new WeChatUnreachable('token', 'network', false);
const inDoubt = new WeChatUnreachable('token', 'timeout', true);
const mongoAway = Object.assign(new Error('no primary'), { name: 'MongoServerSelectionError' });
const snapshot = { ...token, isSnapshot: true };

type Story = World & {
  login?: Partial<NewLogin>;
  codes?: string[];
  /** What the world was asked, in order. */
  asked: string[];
  ends: string;
};
const meets = test.macro({
  async exec(t, _what: string, { login, codes, asked, ends, ...world }: Story) {
    const exchange = withExchange(t, world);
    const job = await exchange.recorded(login, codes);
    const result = await exchange.exchangeCode(job, 'job');
    t.is(result.verb, 'settled');
    t.deepEqual(exchange.asked, asked);
    const record = await exchange.records.read(job.login);
    t.is([record?.status, record?.reason].filter(Boolean).join(' '), ends);
  },
  title: (_, what: string) => what,
});

test(meets, 'a code becomes a token, a profile, a binding and a ready login', {
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'a person nobody is bound to waits for the host where the enterprise binds', {
  unbound: 'bind',
  persons: [undefined],
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'bind',
});
test(meets, 'base-first asks for no profile of a person who is known', {
  login: { scope: 'snsapi_base' },
  asked: ['first', 'token', 'binding'],
  ends: 'ready',
});
test(meets, 'base-first asks an unknown person once more', {
  login: { scope: 'snsapi_base' },
  persons: [undefined],
  asked: ['first', 'token', 'binding'],
  ends: 'reauthorize',
});
test(meets, 'a snapshot visitor is neither asked about nor bound', {
  tokens: [snapshot],
  asked: ['first', 'token'],
  ends: 'snapshot',
});

test(meets, 'whoever taps 使用完整服务 before the snapshot’s end is told is logged in', {
  codes: ['snapshot code', 'real code'],
  tokens: [snapshot, token],
  asked: ['first', 'token', 'first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});

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
test(meets, 'a lost code leaves the login its next one', {
  codes: ['code 1', 'code 2'],
  tokens: [errcode(40_029), token],
  asked: ['first', 'token', 'first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
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
test(meets, 'a day’s quota that leaves the code no other call is told as such, not taken back to WeChat', {
  standings: ['open', 'open', { exhaustedForMs: 1_000 }],
  tokens: [errcode(45_009)],
  asked: ['first', 'token', 'exhausted 45009', 'second', 'token', 'exhausted 45009'],
  ends: 'failed unavailable',
});

test(meets, 'an account that is closed fails its logins without a call', {
  standings: ['misconfigured'],
  asked: [],
  ends: 'failed misconfigured',
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
test(meets, 'an enterprise nobody knows is misconfigured', {
  enterprises: [undefined],
  asked: ['first', 'token'],
  ends: 'failed misconfigured',
});

test(meets, 'a person whose profile WeChat is too busy to tell is logged in without', {
  profiles: [denied(45_011)],
  asked: ['first', 'token', 'userinfo', 'slower', 'binding'],
  ends: 'ready',
});
test(meets, 'a profile that is denied to one person closes the account to nobody else', {
  profiles: [denied(48_001)],
  asked: ['first', 'token', 'userinfo'],
  ends: 'failed misconfigured',
});
test(meets, 'a fault of the account at the profile is told to the gate', {
  profiles: [denied(48_004)],
  asked: ['first', 'token', 'userinfo', 'misconfigured 48004'],
  ends: 'failed misconfigured',
});
test(meets, 'a profile refused for the person is final', {
  profiles: [denied(50_002)],
  asked: ['first', 'token', 'userinfo'],
  ends: 'failed refused',
});
test(meets, 'a token that is dead at the profile asks for another authorisation', {
  profiles: [denied(40_003)],
  asked: ['first', 'token', 'userinfo'],
  ends: 'reauthorize',
});

test(meets, 'with MongoDB away before the call the code waits, unsent', {
  accounts: [new DirectoryUnavailable('away'), mongoAway],
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'with MongoDB away after the call the token is held until it is back', {
  enterprises: [new DirectoryUnavailable('away'), { unbound: 'create' } as never],
  persons: [mongoAway, mongoAway, { userId: 'u_1', nickname: '', avatarUrl: '', created: false }],
  asked: ['first', 'token', 'userinfo', 'binding', 'binding', 'binding'],
  ends: 'ready',
});

test('what the host gets is sealed, behind a ticket that lives a minute', async (t) => {
  const { exchangeCode, recorded, records, tickets, sealer, written } = withExchange(t);
  const job = await recorded();
  const result = await exchangeCode(job, 'job');
  const record = await records.read(job.login);
  const { ticket, ...identity } = openOutcome(sealer, job.login, record?.outcome ?? '');
  t.like(identity, {
    userId: 'u_1',
    appid: job.appid,
    openid: token.openid,
    nickname: '小明',
    created: true,
  });
  t.true(Math.abs(Date.now() - Date.parse(identity.authenticatedAt)) < 60_000);
  t.like(result, { identity: { userId: 'u_1', created: true } });
  t.like(written[0], { entId: 'acme', openid: token.openid, profile, createFor: job.login });
  t.is((await tickets.redeem('acme', ticket))?.outcome.userId, 'u_1');
});

test('a bind ticket lives ten minutes and names nobody yet', async (t) => {
  const { exchangeCode, recorded, records, tickets, sealer, written, clock } = withExchange(t, {
    unbound: 'bind',
    persons: [undefined],
  });
  const job = await recorded();
  await exchangeCode(job, 'job');
  const outcome = openOutcome(sealer, job.login, (await records.read(job.login))?.outcome ?? '');
  t.like(outcome, { userId: '', nickname: profile.nickname, avatarUrl: profile.avatarUrl, created: false });
  t.is(written[0]?.createFor, undefined);
  clock.offsetMs = bindTicketLifetimeMs - 60_000;
  t.truthy(await tickets.findBind('acme', outcome.ticket));
});

test('the code and the secret are opened for the call alone, with the time the code has left', async (t) => {
  const { exchangeCode, recorded, sent, clock } = withExchange(t);
  const job = await recorded();
  clock.offsetMs = 100_000;
  const result = await exchangeCode(job, 'job');
  t.like(sent[0], { code: 'code-canary', secret: 'secret-canary', appid: job.appid });
  const timeLeftMs = sent[0]?.timeLeftMs ?? 0;
  t.true(timeLeftMs <= codeLifetimeMs - 100_000 && timeLeftMs > codeLifetimeMs - 160_000);
  t.deepEqual(Object.keys((result as { timings: object }).timings).sort(), [
    'binding',
    'queue',
    'settle',
    'token',
    'userinfo',
  ]);
});

test('an unknown person of base-first is asked for the profile next, and has lost no round', async (t) => {
  const { exchangeCode, recorded, records } = withExchange(t, { persons: [undefined] });
  const job = await recorded({ scope: 'snsapi_base' });
  await exchangeCode(job, 'job');
  t.like(await records.read(job.login), { scope: 'snsapi_userinfo', rounds: 0 });
});

test('a code in its last seconds is not sent; the round counts as lost', async (t) => {
  const { exchangeCode, recorded, records, asked, clock } = withExchange(t);
  const job = await recorded();
  clock.offsetMs = codeLifetimeMs - 1_000;
  await exchangeCode(job, 'job');
  t.deepEqual(asked, []);
  t.like(await records.read(job.login), { status: 'reauthorize', rounds: 1 });
});

test('a paused account gets the job back before a code is claimed', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { standings: [new AccountPaused(1_000)] });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: AccountPaused });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
});

test('while the day’s quota is used up a code waits, unsent, for as long as it lives', async (t) => {
  const { exchangeCode, recorded, fieldsOf, records, asked, clock } = withExchange(t, {
    standings: [{ exhaustedForMs: 60_000 }],
  });
  const job = await recorded();
  const paused = await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: AccountPaused });
  t.is(paused?.resumeInMs, 60_000);
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
  clock.offsetMs = codeLifetimeMs - 61_000;
  t.is((await exchangeCode(job, 'job')).verb, 'settled');
  t.like(await records.read(job.login), { status: 'failed', reason: 'unavailable' });
  t.deepEqual(asked, []);
});

test('a code that waited for the day’s quota in vain leaves the login its next one', async (t) => {
  const { exchangeCode, recorded, record, records, clock } = withExchange(t, {
    standings: [{ exhaustedForMs: 60_000 }],
  });
  const job = await recorded();
  clock.offsetMs = codeLifetimeMs - 61_000;
  await record(job.login, 'a younger code');
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: AccountPaused });
  t.is((await records.read(job.login))?.status, 'pending');
});

test('an account that pauses at the last moment gets the code back uncounted', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { gateThrows: new AccountPaused(1_000) });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: AccountPaused });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
});

test('a bug before the call gives the code back uncounted and is told', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { gateThrows: new TypeError('a bug') });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: TypeError });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
});

test('a run after a crash goes on with the token, without another call', async (t) => {
  const { exchangeCode, recorded, asked, records } = withExchange(t, {
    persons: [new TypeError('a bug'), { userId: 'u_1', nickname: '', avatarUrl: '', created: true }],
  });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: TypeError });
  t.is((await exchangeCode(job, 'job')).verb, 'settled');
  t.deepEqual(asked, ['first', 'token', 'userinfo', 'binding', 'userinfo', 'binding']);
  t.is((await records.read(job.login))?.status, 'ready');
});

test('a token that no key of this process opens costs the person another authorisation, no hanging page', async (t) => {
  const { exchangeCode, recorded, ledger, records, asked } = withExchange(t);
  const job = await recorded();
  await ledger.saveToken(job.login, await ledger.claim(job.login, 'job', 'claim'), 'job', 'newer.AAAA');
  await exchangeCode(job, 'job');
  t.deepEqual(asked, ['misconfigured unsealable']);
  t.is((await records.read(job.login))?.status, 'reauthorize');
});

test('a run whose forerunner may be alive waits, then calls once more', async (t) => {
  const { exchangeCode, recorded, ledger, asked } = withExchange(t, { claimWindowMs: 400 });
  const job = await recorded();
  await ledger.claim(job.login, 'job', 'killed in mid-call');
  t.is((await exchangeCode(job, 'job')).verb, 'settled');
  t.deepEqual(asked, ['second', 'token', 'userinfo', 'binding']);
});

test('another job of a login that is being worked on joins it', async (t) => {
  const { exchangeCode, recorded, ledger, asked } = withExchange(t);
  const job = await recorded({}, ['code 1', 'code 2']);
  await ledger.claim(job.login, 'job', 'at work');
  t.deepEqual(await exchangeCode({ ...job, n: 2 }, 'job-2'), { verb: 'joined' });
  t.deepEqual(asked, []);
});

test('a login that is over, or gone, is left alone', async (t) => {
  const { exchangeCode, recorded, finished, asked } = withExchange(t);
  const job = await recorded();
  const { id } = await finished('ready');
  for (const login of [id, `00${'0'.repeat(32)}`]) {
    t.deepEqual(await exchangeCode({ ...job, login }, 'job'), { verb: 'joined' });
  }
  t.deepEqual(asked, []);
});

test('of ten runs of one job at once one calls WeChat', async (t) => {
  const { exchangeCode, recorded, asked } = withExchange(t);
  const job = await recorded();
  const results = await Promise.all(Array.from({ length: 10 }, (_, n) => exchangeCode(job, `job-${n}`)));
  t.is(results.filter(({ verb }) => verb === 'settled').length, 1);
  t.is(asked.filter((one) => one === 'token').length, 1);
});

test('nothing that a result tells the log holds a code, a token or a secret', async (t) => {
  const { exchangeCode, recorded } = withExchange(t);
  const job = await recorded();
  const result = await exchangeCode(job, 'job');
  t.notRegex(JSON.stringify({ ...result, identity: undefined }), /canary/);
});
