import test from 'ava';
import {
  claimWindowMs,
  codeLifetimeMs,
  leastUsefulMs,
  newLogin,
  withLogins,
} from '#test/models/login/with-logins.ts';

test('a recorded code is claimed with all that its exchange needs, and the call is counted first', async (t) => {
  const { recorded, ledger, records } = withLogins(t);
  const id = await recorded();
  const claim = await ledger.claim(id, 'job', 'claim');
  t.like(claim, {
    verb: 'exchange',
    claimId: 'claim',
    sealed: 'sealed first',
    n: 1,
    calls: 1,
    entId: 'acme',
    appid: newLogin.appid,
    scope: 'snsapi_userinfo',
    lang: 'en',
  });
  t.true(claim.timeLeftMs > codeLifetimeMs - 10_000 && claim.timeLeftMs <= codeLifetimeMs);
  t.true(claim.now >= claim.recordedAt);
  t.is((await records.read(id))?.stage, 'exchanging');
});

test('the same claim sent twice is one claim and one call', async (t) => {
  const { recorded, ledger, fieldsOf } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  t.like(await ledger.claim(id, 'job', 'claim'), { verb: 'exchange', sealed: 'sealed first', calls: 1 });
  t.is((await fieldsOf(id))['calls:1'], '1');
});

test('of twenty jobs at once one exchanges, the others join it', async (t) => {
  const { recorded, ledger } = withLogins(t);
  const id = await recorded();
  const claims = await Promise.all(
    Array.from({ length: 20 }, (_, n) => ledger.claim(id, `job-${n}`, `claim-${n}`)),
  );
  t.is(claims.filter(({ verb }) => verb === 'exchange').length, 1);
  t.is(claims.filter(({ verb, sealed }) => verb === 'joined' && sealed === '').length, 19);
});

test('a second run of the same job waits until the first cannot be alive any more', async (t) => {
  const { recorded, ledger, clock } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  clock.offsetMs = 1_000;
  const second = await ledger.claim(id, 'job', 'second run');
  t.like(second, { verb: 'wait', sealed: '', calls: 1 });
  t.true(second.waitMs > 0 && second.waitMs <= claimWindowMs - 1_000, String(second.waitMs));

  clock.offsetMs = claimWindowMs;
  t.like(await ledger.claim(id, 'job', 'second run'), { verb: 'exchange', sealed: 'sealed first', calls: 2 });
});

test('a code is claimed for two calls at most', async (t) => {
  const { recorded, ledger, clock } = withLogins(t);
  const id = await recorded();
  for (const run of [0, 1]) {
    clock.offsetMs = run * claimWindowMs;
    t.is((await ledger.claim(id, 'job', `run ${run}`)).verb, 'exchange');
  }
  clock.offsetMs = 2 * claimWindowMs;
  t.like(await ledger.claim(id, 'job', 'run 2'), { verb: 'spent', sealed: '', calls: 2 });
});

test('a code in its last seconds is not given out', async (t) => {
  const { recorded, ledger, clock, fieldsOf } = withLogins(t);
  const id = await recorded();
  clock.offsetMs = codeLifetimeMs - leastUsefulMs + 1;
  t.like(await ledger.claim(id, 'job', 'claim'), { verb: 'expired', sealed: '', calls: 0 });
  t.is((await fieldsOf(id))['calls:1'], '0');
});

test('a code that is refused to a run stays refused when its claim is sent twice', async (t) => {
  const { recorded, ledger, clock } = withLogins(t);
  const [spent, expired] = [await recorded(), await recorded()];
  await ledger.claim(spent, 'job', 'run 0');
  await ledger.claim(expired, 'job', 'run 0');
  clock.offsetMs = claimWindowMs;
  await ledger.claim(spent, 'job', 'run 1');
  clock.offsetMs = 2 * claimWindowMs;
  for (const _ of ['sent', 'sent again']) t.is((await ledger.claim(spent, 'job', 'run 2')).verb, 'spent');
  clock.offsetMs = codeLifetimeMs;
  for (const _ of ['sent', 'sent again']) t.is((await ledger.claim(expired, 'job', 'run 2')).verb, 'expired');
});

test('a code with just enough time is', async (t) => {
  const { recorded, ledger, clock } = withLogins(t);
  const id = await recorded();
  // Ten seconds for a busy machine between the two commands.
  clock.offsetMs = codeLifetimeMs - leastUsefulMs - 10_000;
  const claim = await ledger.claim(id, 'job', 'claim');
  t.is(claim.verb, 'exchange');
  t.true(claim.timeLeftMs >= leastUsefulMs && claim.timeLeftMs <= leastUsefulMs + 10_000);
});

test('a token that is here already is resumed by the job’s next run at once', async (t) => {
  const { exchanged, ledger } = withLogins(t);
  const id = await exchanged();
  t.like(await ledger.claim(id, 'job', 'next run'), {
    verb: 'resume',
    sealed: 'sealed token',
    n: 1,
    calls: 1,
  });
});

test('another job joins the one that holds the token, and takes over when that is lost', async (t) => {
  const { exchanged, ledger, clock } = withLogins(t);
  const id = await exchanged();
  t.like(await ledger.claim(id, 'other job', 'other'), { verb: 'joined', sealed: '' });
  clock.offsetMs = claimWindowMs;
  t.like(await ledger.claim(id, 'other job', 'other'), { verb: 'resume', sealed: 'sealed token' });
});

test('a token is resumed after its code has died', async (t) => {
  const { exchanged, ledger, clock } = withLogins(t);
  const id = await exchanged();
  clock.offsetMs = codeLifetimeMs + 60_000;
  t.is((await ledger.claim(id, 'job', 'next run')).verb, 'resume');
});

test('there is nothing to do for a login that is open, settled or gone', async (t) => {
  const { open, finished, ledger } = withLogins(t);
  t.is((await ledger.claim(await open(), 'job', 'claim')).verb, 'done');
  t.is((await ledger.claim((await finished('ready')).id, 'job', 'claim')).verb, 'done');
  t.is((await ledger.claim(`00${'0'.repeat(32)}`, 'job', 'claim')).verb, 'gone');
});

test('a claim from the future, of a clock that has been set back since, keeps nobody waiting', async (t) => {
  const { recorded, ledger, clock } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'first');
  clock.offsetMs = -2_000;
  t.like(await ledger.claim(id, 'other', 'second'), { verb: 'joined' });
  t.like(await ledger.claim(id, 'job', 'second'), { verb: 'wait', waitMs: claimWindowMs });
  clock.offsetMs = -240_000;
  t.like(await ledger.claim(id, 'job', 'third'), { verb: 'exchange', calls: 2 });
});
