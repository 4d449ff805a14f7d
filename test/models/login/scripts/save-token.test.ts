import test from 'ava';
import { claimWindowMs, withLogins } from '#test/models/login/with-logins.ts';

const scope = 'snsapi_userinfo';

test('a token sent twice is saved once and stays the same run’s', async (t) => {
  const { recorded, ledger } = withLogins(t);
  const id = await recorded();
  const claim = await ledger.claim(id, 'job', 'claim');
  t.is(await ledger.saveToken(id, claim, 'job', 'sealed token'), 'saved');
  t.is(await ledger.saveToken(id, claim, 'job', 'sealed token'), 'saved');
  t.like(await ledger.claim(id, 'job', 'next'), { verb: 'resume', sealed: 'sealed token', calls: 1 });
});

test('a run that was given up for dead may still bring its token', async (t) => {
  const { recorded, ledger, clock } = withLogins(t);
  const id = await recorded();
  const zombie = await ledger.claim(id, 'job', 'zombie');
  clock.offsetMs = claimWindowMs;
  const heir = await ledger.claim(id, 'job', 'heir');
  t.is(await ledger.saveToken(id, zombie, 'job', 'token of the zombie'), 'saved');
  t.is(await ledger.saveToken(id, heir, 'job', 'token of the heir'), 'joined');
  t.like(await ledger.claim(id, 'job', 'next'), { verb: 'resume', sealed: 'token of the zombie' });
});

test('a token that comes after its login was called lost brings the login back', async (t) => {
  const { recorded, ledger, records, clock } = withLogins(t);
  const id = await recorded();
  const zombie = await ledger.claim(id, 'job', 'zombie');
  clock.offsetMs = claimWindowMs;
  await ledger.claim(id, 'job', 'heir');
  await ledger.settle(id, 'heir', { status: 'failed', reason: 'unavailable', scope });
  t.is(await ledger.saveToken(id, zombie, 'job', 'late token'), 'saved');
  const login = await records.read(id);
  t.like(login, { stage: 'exchanged', status: 'pending' });
  t.is(login?.reason, undefined);
  t.is((await ledger.settle(id, 'zombie', { status: 'ready', scope })).verb, 'settled');
});

test('a token of an earlier code is good also while a later one is on record', async (t) => {
  const { recorded, record, ledger } = withLogins(t);
  const id = await recorded();
  const claim = await ledger.claim(id, 'job', 'claim');
  await ledger.settle(id, 'claim', { status: 'reauthorize', scope });
  await record(id, 'second');
  t.is(await ledger.saveToken(id, claim, 'job', 'token of the first'), 'saved');
  t.like(await ledger.claim(id, 'job', 'next'), { verb: 'resume', n: 1, sealed: 'token of the first' });
});

for (const status of ['ready', 'bind'] as const) {
  test(`a login that is ${status} needs no further token`, async (t) => {
    const { exchanged, ledger, records } = withLogins(t);
    const id = await exchanged();
    const claim = await ledger.claim(id, 'job', 'next');
    await ledger.settle(id, 'next', { status, scope });
    t.is(await ledger.saveToken(id, claim, 'job', 'sealed token'), 'done');
    t.like(await records.read(id), { stage: 'settled', status });
  });
}

test('a real token still counts after a snapshot visitor’s end', async (t) => {
  const { recorded, record, ledger, records, clock } = withLogins(t);
  const id = await recorded();
  await record(id, 'real');
  const claim = await ledger.claim(id, 'job', 'zombie');
  clock.offsetMs = claimWindowMs;
  await ledger.claim(id, 'job', 'heir');
  await ledger.settle(id, 'heir', { status: 'snapshot', scope });
  t.is(await ledger.saveToken(id, claim, 'job', 'sealed token'), 'saved');
  t.is((await records.read(id))?.status, 'pending');
});

test('a login that is gone is not made again by its token', async (t) => {
  const { recorded, ledger, redis, prefix } = withLogins(t);
  const id = await recorded();
  const claim = await ledger.claim(id, 'job', 'claim');
  const keys = await redis.keys(`*${prefix}*`);
  await redis.unlink(...keys);
  t.is(await ledger.saveToken(id, claim, 'job', 'sealed token'), 'gone');
  t.deepEqual(await redis.keys(`*${prefix}*`), []);
});
