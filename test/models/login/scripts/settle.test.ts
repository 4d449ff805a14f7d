import test from 'ava';
import type { Settlement } from '#models/login/ledger.ts';
import { type SettledLogin, settledChannel } from '#models/login/settled-channel.ts';
import { recordLifetimeMs } from '#models/login/store.ts';
import { personDigest } from '#models/login/unbinding.ts';
import { claimWindowMs, codeLifetimeMs, newLogin, withLogins } from '#test/models/login/with-logins.ts';
import { until } from '#test/support/until.ts';

const scope = 'snsapi_userinfo';
const lost: Settlement = { status: 'reauthorize', scope, isLostRound: true, mayTryNextCode: true };
const ready: Settlement = {
  status: 'ready',
  scope,
  outcome: 'sealed outcome',
  ticketDigest: 'digest',
  ticketLifetimeMs: 60_000,
};

const ends = test.macro({
  async exec(t, settlement: Settlement) {
    const { exchanged, ledger, records, clock } = withLogins(t);
    const id = await exchanged();
    clock.offsetMs = 2_000;
    const { verb, elapsedMs } = await ledger.settle(id, 'claim', settlement);
    t.is(verb, 'settled');
    t.true(elapsedMs >= 2_000 && elapsedMs < 60_000, String(elapsedMs));
    const { status, reason } = settlement;
    t.like(await records.read(id), {
      stage: 'settled',
      status,
      reason,
      outcome: settlement.outcome,
      rounds: 0,
    });
  },
  title: (_, { status, reason }: Settlement) =>
    `a login ends as ${[status, reason].filter(Boolean).join(': ')}`,
});
test(ends, ready);
test(ends, { ...ready, status: 'bind' });
test(ends, { status: 'snapshot', scope });
test(ends, { status: 'reauthorize', scope });
for (const reason of ['misconfigured', 'refused', 'unavailable', 'expired', 'internal'] as const) {
  test(ends, { status: 'failed', reason, scope });
}

test('no code and no token is left in a login that has ended', async (t) => {
  const { exchanged, record, ledger, fieldsOf, lifetimeOf } = withLogins(t);
  const id = await exchanged();
  await record(id, 'second');
  await ledger.settle(id, 'claim', ready);
  const fields = await fieldsOf(id);
  t.deepEqual(
    Object.keys(fields).filter((name) => /^(token|(code|dies|calls):|held)/.test(name)),
    [],
  );
  t.notRegex(JSON.stringify(fields), /sealed (token|first|second)/);
  t.true((await lifetimeOf(id)) > recordLifetimeMs - 10_000);
});

test('the same end sent twice is told as settled both times, and counted once', async (t) => {
  const { recorded, ledger, records } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'settled');
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'settled');
  t.is((await records.read(id))?.rounds, 1);
});

test('only a lost round counts as one', async (t) => {
  const { recorded, ledger, records } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  await ledger.settle(id, 'claim', { status: 'reauthorize', scope });
  t.is((await records.read(id))?.rounds, 0);
});

test('the scope of the next round is on record', async (t) => {
  const { recorded, record, ledger, records } = withLogins(t);
  const id = await recorded({ scope: 'snsapi_base' });
  await ledger.claim(id, 'job', 'claim');
  await ledger.settle(id, 'claim', { status: 'reauthorize', scope });
  t.is((await records.read(id))?.scope, scope);
  await record(id, 'second');
  t.is((await ledger.claim(id, 'job-2', 'claim-2')).scope, scope);
});

test('a run that lost its claim cannot end a login badly', async (t) => {
  const { recorded, ledger, records, clock } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'zombie');
  clock.offsetMs = claimWindowMs;
  await ledger.claim(id, 'job', 'heir');
  t.is((await ledger.settle(id, 'zombie', lost)).verb, 'fenced');
  t.is((await ledger.settle(id, 'zombie', { status: 'failed', reason: 'internal', scope })).verb, 'fenced');
  t.is((await ledger.settle(id, 'zombie', { status: 'snapshot', scope })).verb, 'fenced');
  t.is((await records.read(id))?.status, 'pending');
});

for (const status of ['ready', 'bind'] as const) {
  test(`a run that lost its claim may still end a login as ${status}`, async (t) => {
    const { exchanged, ledger, records, clock } = withLogins(t);
    const id = await exchanged();
    clock.offsetMs = claimWindowMs;
    await ledger.claim(id, 'job', 'heir');
    t.is((await ledger.settle(id, 'claim', { ...ready, status })).verb, 'settled');
    t.is((await records.read(id))?.status, status);
    t.is((await ledger.settle(id, 'heir', lost)).verb, 'done');
    t.is((await records.read(id))?.status, status);
  });
}

test('of twenty good ends at once the first one wins', async (t) => {
  const { exchanged, ledger, records } = withLogins(t);
  const id = await exchanged();
  const settled = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      ledger.settle(id, `run ${n}`, { ...ready, outcome: `outcome ${n}` }),
    ),
  );
  const winners = settled.flatMap(({ verb }, n) => (verb === 'settled' ? [n] : []));
  t.is(winners.length, 1);
  t.is(settled.filter(({ verb }) => verb === 'done').length, 19);
  t.is((await records.read(id))?.outcome, `outcome ${winners[0]}`);
});

test('a login whose code is lost goes on with its next one', async (t) => {
  const { recorded, record, ledger, records, fieldsOf } = withLogins(t);
  const id = await recorded();
  await record(id, 'second');
  await ledger.claim(id, 'job', 'claim');
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'next');
  t.like(await records.read(id), { stage: 'recorded', status: 'pending', rounds: 0 });
  t.is((await fieldsOf(id))['code:1'], undefined);
  t.like(await ledger.claim(id, 'job', 'claim-2'), {
    verb: 'exchange',
    n: 2,
    sealed: 'sealed second',
    calls: 1,
  });
});

test('the step to the next code sent twice is one step', async (t) => {
  const { recorded, record, ledger } = withLogins(t);
  const id = await recorded();
  await record(id, 'second');
  await record(id, 'third');
  await ledger.claim(id, 'job', 'claim');
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'next');
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'next');
  t.like(await ledger.claim(id, 'job', 'claim-2'), { verb: 'exchange', n: 2 });
});

test('a next code that has died is passed over', async (t) => {
  const { recorded, record, ledger, clock } = withLogins(t);
  const id = await recorded();
  await record(id, 'second');
  clock.offsetMs = codeLifetimeMs - 60_000;
  await record(id, 'third');
  await ledger.claim(id, 'job', 'claim');
  clock.offsetMs = codeLifetimeMs + 1_000;
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'next');
  t.like(await ledger.claim(id, 'job', 'claim-2'), { verb: 'exchange', n: 3 });
});

test('without a living next code the round is over', async (t) => {
  const { recorded, record, ledger, clock } = withLogins(t);
  const id = await recorded();
  await record(id, 'second');
  await ledger.claim(id, 'job', 'claim');
  clock.offsetMs = codeLifetimeMs + 1_000;
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'settled');
});

test('an end that must not try the next code does not', async (t) => {
  const { recorded, record, ledger } = withLogins(t);
  const id = await recorded();
  await record(id, 'second');
  await ledger.claim(id, 'job', 'claim');
  t.is((await ledger.settle(id, 'claim', { ...lost, mayTryNextCode: false })).verb, 'settled');
});

test('a login that is gone stays gone', async (t) => {
  const { ledger, redis, prefix } = withLogins(t);
  t.is((await ledger.settle(`00${'0'.repeat(32)}`, 'claim', ready)).verb, 'gone');
  t.deepEqual(await redis.keys(`*${prefix}*`), []);
});

test('an end that was found before its person was unbound does not count, one found afterwards does', async (t) => {
  const { exchanged, ledger, records, unbinding } = withLogins(t);
  const id = await exchanged();
  const person = { entId: 'acme', appid: newLogin.appid, openid: 'o-of-somebody' };
  const knownAt = (await records.read(id))?.now ?? 0;
  await unbinding.remove([person]);
  const end: Settlement = { ...ready, person: personDigest(person), knownAt };
  const refused = await ledger.settle(id, 'claim', end);
  t.is(refused.verb, 'unbound');
  t.is((await records.read(id))?.status, 'pending');
  t.is((await ledger.settle(id, 'claim', { ...end, knownAt: refused.now })).verb, 'settled');
});

test('an unbinding is looked at once, wherever Redis’s clock has gone since; the next one counts again', async (t) => {
  const { exchanged, ledger, unbinding, clock, records } = withLogins(t);
  const person = { entId: 'acme', appid: newLogin.appid, openid: 'o-of-somebody' };
  const end: Settlement = { ...ready, person: personDigest(person), knownAt: 0 };
  const [one, other] = [await exchanged(), await exchanged()];
  await unbinding.remove([person]);
  // A replica whose clock is behind took over.
  clock.offsetMs = -60_000;
  const { verb, now: lookedAt } = await ledger.settle(one, 'claim', end);
  t.is(verb, 'unbound');
  t.is((await ledger.settle(one, 'claim', { ...end, knownAt: lookedAt })).verb, 'settled');
  t.false((await records.read(one))?.isUnbound);

  await unbinding.remove([person]);
  t.true((await records.read(one))?.isUnbound);
  t.is((await ledger.settle(other, 'claim', { ...end, knownAt: lookedAt })).verb, 'unbound');
});

test('whoever waits is told of an end once, with all a page needs; of a late failure nobody hears', async (t) => {
  const { exchanged, ledger, redis, prefix } = withLogins(t);
  const subscriber = redis.duplicate();
  t.teardown(() => subscriber.disconnect());
  const messages: SettledLogin[][] = [];
  subscriber.on('message', (_channel, message: string) => messages.push(JSON.parse(message)));
  await subscriber.subscribe(settledChannel(prefix));
  const [first, second] = await Promise.all([exchanged(), exchanged()]);
  const refused: Settlement = { status: 'failed', reason: 'refused', scope };

  t.is((await ledger.settle(first, 'another claim', refused)).verb, 'fenced');
  await Promise.all([ledger.settle(first, 'claim', ready), ledger.settle(second, 'claim', refused)]);
  t.is((await ledger.settle(first, 'claim', ready)).verb, 'settled');
  // Redis delivers in order: what was told before this has come when this has.
  await redis.publish(settledChannel(prefix), '[]');
  await until(() => messages.at(-1)?.length === 0);
  t.deepEqual(messages, [
    [
      { id: first, status: 'ready', outcome: 'sealed outcome', browser: newLogin.browser },
      { id: second, status: 'failed', reason: 'refused', browser: newLogin.browser },
    ],
    [],
  ]);
});
