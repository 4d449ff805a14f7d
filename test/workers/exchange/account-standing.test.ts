import test from 'ava';
import { codeLifetimeMs } from '#test/models/login/with-logins.ts';
import { meets } from '#test/workers/exchange/login-story.ts';
import { withExchange } from '#test/workers/exchange/with-exchange.ts';
import { WeChatError } from '#wechat/api/errors.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';

const errcode = (code: number) => new WeChatError(code, 'token');

test(meets, 'an account that is closed fails its logins without a call', {
  looks: ['misconfigured'],
  asked: [],
  ends: 'failed misconfigured',
});
test(meets, 'also one that is found closed only when its call is to be paid for', {
  standings: ['misconfigured'],
  asked: [],
  ends: 'failed misconfigured',
});

for (const [when, world] of [
  ['before a code is claimed', { looks: [new HeldBackError(1_000)] }],
  ['when the call is to be paid for', { standings: [new HeldBackError(1_000)] }],
] as const) {
  test(`paused ${when}, an account gets the job back and its code uncounted`, async (t) => {
    const { exchangeCode, recorded, fieldsOf } = withExchange(t, {
      ...('looks' in world ? { looks: [...world.looks] } : { standings: [...world.standings] }),
    });
    const job = await recorded();
    await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: HeldBackError });
    t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
  });
}

test('only a run that calls WeChat pays: none that finds the work done, or in other hands, or the code dead', async (t) => {
  const { exchangeCode, recorded, ledger, clock, paid } = withExchange(t);
  const done = await recorded();
  await exchangeCode(done, 'job');
  t.is(paid.splice(0).length, 1);
  await exchangeCode(done, 'rerun');

  const inOtherHands = await recorded();
  await ledger.claim(inOtherHands.login, 'another job', 'at work');
  await exchangeCode(inOtherHands, 'job');

  const gone = { ...done, login: `00${'0'.repeat(32)}` };
  await exchangeCode(gone, 'job');

  const resumed = await recorded();
  const claim = await ledger.claim(resumed.login, 'lost job', 'lost');
  await ledger.saveToken(resumed.login, claim, 'lost job', 'a token that no key opens');
  clock.offsetMs = 60_001;
  await exchangeCode(resumed, 'job');

  const dead = await recorded();
  clock.offsetMs = codeLifetimeMs + 60_001;
  await exchangeCode(dead, 'job');
  t.deepEqual(paid, []);
});

test('a code that is dying finds its end although its account is closed', async (t) => {
  const { exchangeCode, recorded, records, clock, paid } = withExchange(t, {
    looks: [new HeldBackError(1_000)],
    isDying: true,
  });
  const job = await recorded();
  clock.offsetMs = codeLifetimeMs;
  await exchangeCode(job, 'job');
  t.is((await records.read(job.login))?.status, 'reauthorize');
  t.deepEqual(paid, []);
});

for (const [state, lastKnown, ends] of [
  ['the day’s quota is used up', { exhaustedForMs: 0 }, { status: 'failed', reason: 'unavailable' }],
  ['the account is misconfigured', 'misconfigured', { status: 'failed', reason: 'misconfigured' }],
] as const) {
  test(`a code that dies while ${state} is not taken back to WeChat for another one`, async (t) => {
    const { exchangeCode, recorded, records, clock, paid } = withExchange(t, { lastKnown, isDying: true });
    const job = await recorded();
    clock.offsetMs = codeLifetimeMs;
    await exchangeCode(job, 'job');
    t.like(await records.read(job.login), { ...ends, rounds: 0 });
    t.deepEqual(paid, []);
  });
}

test('while the day’s quota is used up a code waits, unsent, for as long as it lives', async (t) => {
  const { exchangeCode, recorded, fieldsOf, records, asked, clock } = withExchange(t, {
    standings: [{ exhaustedForMs: 60_000 }],
  });
  const job = await recorded();
  const paused = await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: HeldBackError });
  t.is(paused?.resumeInMs, 60_000);
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
  // The next minute begins before it dies, and its turn would come too late.
  clock.offsetMs = codeLifetimeMs - 79_000;
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
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: HeldBackError });
  t.is((await records.read(job.login))?.status, 'pending');
});

test(meets, 'a day’s quota that leaves the code no other call is told as such, not taken back to WeChat', {
  lastKnown: { exhaustedForMs: 1_000 },
  tokens: [errcode(45_009)],
  asked: ['first', 'token', 'exhausted 45009', 'second', 'token', 'exhausted 45009'],
  ends: 'failed unavailable',
});

test('an account that pauses at the last moment gets the code back uncounted', async (t) => {
  const { exchangeCode, recorded, fieldsOf } = withExchange(t, { gateThrows: new HeldBackError(1_000) });
  const job = await recorded();
  await t.throwsAsync(exchangeCode(job, 'job'), { instanceOf: HeldBackError });
  t.like(await fieldsOf(job.login), { stage: 'recorded', 'calls:1': '0' });
});
