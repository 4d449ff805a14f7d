import test from 'ava';
import { digest } from '#operations/digest.ts';
import { codeLifetimeMs, leastUsefulMs, newLogin } from '#test/models/login/with-logins.ts';
import { WeChatError } from '#wechat/api/errors.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import { meets } from './login-story.ts';
import { token, type World, withExchange } from './with-exchange.ts';

const errcode = (code: number) => new WeChatError(code, 'token');

test(meets, 'a code becomes a token, a profile, a binding and a ready login', {
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'a lost code leaves the login its next one', {
  codes: ['code 1', 'code 2'],
  tokens: [errcode(40_029), token],
  asked: ['first', 'token', 'first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
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

test('a code in its last seconds is not sent; the round counts as lost', async (t) => {
  const { exchangeCode, recorded, records, asked, clock } = withExchange(t);
  const job = await recorded();
  clock.offsetMs = codeLifetimeMs - 1_000;
  await exchangeCode(job, 'job');
  t.deepEqual(asked, []);
  t.like(await records.read(job.login), { status: 'reauthorize', rounds: 1 });
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

test('a run whose login is over by the time it has a token binds nobody', async (t) => {
  const end = { status: 'ready', scope: 'snsapi_userinfo', outcome: 'of another run' } as const;
  const { exchangeCode, recorded, ledger, records, asked } = withExchange(t, {
    beforeToken: async () => void (await ledger.settle(job.login, 'another run', end)),
  });
  const job = await recorded();
  t.deepEqual(await exchangeCode(job, 'job'), { verb: 'joined' });
  t.deepEqual(asked, ['first', 'token', 'userinfo']);
  t.like(await records.read(job.login), { status: 'ready', outcome: 'of another run' });
});

test('a person who is unbound meanwhile is looked for once more, also when Redis’s clock goes back then', async (t) => {
  const world: World = {};
  const { exchangeCode, recorded, unbinding, asked, records, clock } = withExchange(t, world);
  const job = await recorded();
  world.beforeBinding = async () => {
    delete world.beforeBinding;
    await unbinding.remove([{ entId: job.entId, appid: job.appid, openid: token.openid }]);
    clock.offsetMs = -2_000;
  };
  t.is((await exchangeCode(job, 'job')).verb, 'settled');
  t.deepEqual(asked, ['first', 'token', 'userinfo', 'binding', 'userinfo', 'binding']);
  t.is((await records.read(job.login))?.status, 'ready');
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

test('a code that is held back after an earlier one has died is told with its own death', async (t) => {
  const world = { standings: [new HeldBackError(3_000, 'wx/slice')], isDying: true };
  const { exchangeCode, recorded, records, sealer, clock } = withExchange(t, world);
  const job = await recorded({}, ['first']);
  clock.offsetMs = 200_000;
  const sealed = sealer.seal('second', `login:${job.login}:code`);
  const { now } = await records.recordCode(job.login, newLogin.browser, digest('second'), sealed);
  clock.offsetMs = 299_000;
  const error = await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: HeldBackError });
  t.is(error?.diesAt, now + codeLifetimeMs);
  t.like(error, { resumeInMs: 3_000, line: 'wx/slice' });
});

test('a code that dies while it waits to be paid for is not sent', async (t) => {
  const leftMs = 300;
  const late = new Promise<'open'>((resolve) => setTimeout(resolve, leastUsefulMs + 2 * leftMs, 'open'));
  const { exchangeCode, recorded, clock, sent, fieldsOf } = withExchange(t, { standings: [late as never] });
  const job = await recorded();
  clock.offsetMs = codeLifetimeMs - leastUsefulMs - leftMs;
  const result = await exchangeCode(job, 'job');
  t.deepEqual(sent, []);
  t.like(result, { verb: 'settled', settlement: { status: 'reauthorize' } });
  t.is((await fieldsOf(job.login))['calls:1'], '0');
});
