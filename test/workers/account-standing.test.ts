import test from 'ava';
import { codeLifetimeMs } from '#test/models/with-logins.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import { WeChatError } from '#workers/wechat/errors.ts';
import { meets } from './login-story.ts';
import { withExchange } from './with-exchange.ts';

const errcode = (code: number) => new WeChatError(code, 'token');

test(meets, 'an account that is closed fails its logins without a call', {
  standings: ['misconfigured'],
  asked: [],
  ends: 'failed misconfigured',
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

test(meets, 'a day’s quota that leaves the code no other call is told as such, not taken back to WeChat', {
  standings: ['open', 'open', { exhaustedForMs: 1_000 }],
  tokens: [errcode(45_009)],
  asked: ['first', 'token', 'exhausted 45009', 'second', 'token', 'exhausted 45009'],
  ends: 'failed unavailable',
});

test('an account that pauses at the last moment gets the code back uncounted', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { gateThrows: new AccountPaused(1_000) });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: AccountPaused });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
});
