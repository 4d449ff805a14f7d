import test from 'ava';
import type { Settlement } from '#models/login/ledger.ts';
import { longestLoginMs, recordLifetimeMs } from '#models/login/store.ts';
import { digest } from '#operations/digest.ts';
import { codeLifetimeMs, newLogin, withLogins } from '#test/models/login/with-logins.ts';
import { until } from '#test/support/until.ts';

test('a code is recorded with the time it dies, and the login waits for a worker', async (t) => {
  const { open, record, records } = withLogins(t);
  const id = await open();
  const answer = await record(id);
  t.like(answer, {
    verb: 'recorded',
    n: 1,
    stage: 'recorded',
    restarts: 0,
    entId: 'acme',
    target: '/chat/7',
    lang: 'en',
  });
  t.is(answer.diesAt - answer.now, codeLifetimeMs);
  t.like(await records.read(id), { stage: 'recorded', status: 'pending', codes: 1, recordedAt: answer.now });
});

test('the same code again is recorded nowhere and keeps its number and its death', async (t) => {
  const { open, record, records, clock } = withLogins(t);
  const id = await open();
  const first = await record(id, 'first');
  await record(id, 'second');
  clock.offsetMs = 5_000;
  t.like(await record(id, 'first'), { verb: 'repeated', n: 1, diesAt: first.diesAt, stage: 'recorded' });
  t.like(await record(id, 'second'), { verb: 'repeated', n: 2 });
  t.is((await records.read(id))?.codes, 2);
});

test('of fifty copies at once one is recorded', async (t) => {
  const { open, record } = withLogins(t);
  const id = await open();
  const answers = await Promise.all(Array.from({ length: 50 }, () => record(id)));
  t.is(answers.filter(({ verb }) => verb === 'recorded').length, 1);
  t.is(answers.filter(({ verb, n }) => verb === 'repeated' && n === 1).length, 49);
});

test('a login takes three codes, and knows each of them again afterwards', async (t) => {
  const { open, record, ledger } = withLogins(t);
  const id = await open();
  for (const [index, code] of ['first', 'second', 'third'].entries()) {
    t.like(await record(id, code), { verb: 'recorded', n: index + 1 });
  }
  t.is((await record(id, 'fourth')).verb, 'full');
  t.like(await record(id, 'third'), { verb: 'repeated', n: 3 });
  t.is((await ledger.claim(id, 'job', 'claim')).sealed, 'sealed first');
});

test('a login that nobody began knows no code', async (t) => {
  const { record, redis, prefix } = withLogins(t);
  t.is((await record(`00${'0'.repeat(32)}`)).verb, 'unknown');
  t.deepEqual(await redis.keys(`*${prefix}*`), []);
});

test('a code makes its login’s record live on', async (t) => {
  const { open, record, lifetimeOf, redis, fieldsOf, prefix } = withLogins(t);
  const id = await open();
  const [key = ''] = await redis.keys(`*${prefix}*`);
  await redis.pexpire(key, 60_000);
  await record(id);
  t.true((await lifetimeOf(id)) > recordLifetimeMs - 10_000);
  t.truthy((await fieldsOf(id))['code:1']);
});

test('another browser’s code is not recorded, nor may its person be asked at the first time', async (t) => {
  const { open, record, confirm, fieldsOf } = withLogins(t);
  const id = await open();
  const before = await fieldsOf(id);
  t.like(await record(id, 'first', 'another browser'), { verb: 'foreign', n: 0, restarts: 0, entId: 'acme' });
  t.deepEqual(await fieldsOf(id), before);
  t.is((await confirm(id, 'first', 'another browser')).verb, 'foreign');
});

test('after a restart another browser’s code waits in that browser’s page until it is confirmed', async (t) => {
  const { open, record, confirm, records, ledger, fieldsOf } = withLogins(t);
  const id = await open({ restarts: 1 });
  const before = await fieldsOf(id);
  t.like(await record(id, 'asked', 'another browser'), { verb: 'foreign', n: 1, restarts: 1 });
  t.deepEqual(await fieldsOf(id), before);
  t.is((await ledger.claim(id, 'job', 'claim')).verb, 'done');

  t.like(await confirm(id, 'asked', 'another browser'), { verb: 'recorded', n: 1, stage: 'recorded' });
  t.is((await records.read(id))?.browser, 'another browser');
  t.like(await ledger.claim(id, 'job', 'claim'), { verb: 'exchange', sealed: 'sealed asked' });
});

test('a confirmed login is no longer the first browser’s, and a repeated yes changes nothing', async (t) => {
  const { open, record, confirm } = withLogins(t);
  const id = await open({ restarts: 1 });
  await confirm(id, 'asked', 'another browser');
  t.is((await record(id, 'second')).verb, 'foreign');
  t.like(await confirm(id, 'asked', 'another browser'), { verb: 'repeated', n: 1, stage: 'recorded' });
});

test('who else brings codes meanwhile takes nothing from a person who is still reading', async (t) => {
  const { open, record, confirm } = withLogins(t);
  const id = await open({ restarts: 1 });
  await record(id, 'asked', 'another browser');
  for (let n = 0; n < 10; n += 1) {
    t.like(await record(id, n % 2 === 0 ? 'asked' : `scan ${n}`, `scanner ${n}`), { verb: 'foreign', n: 1 });
  }
  t.is((await confirm(id, 'asked', 'another browser')).verb, 'recorded');
});

/** As release 0.1.0 leaves a code that it asks a person about. */
async function heldAside(t: Parameters<typeof withLogins>[0]) {
  const logins = withLogins(t);
  const id = await logins.open({ restarts: 1 });
  const [key = ''] = await logins.redis.keys(`*${logins.prefix}*`);
  const { now = 0 } = (await logins.records.read(id)) ?? {};
  const held = { held_browser: 'another browser', held_digest: digest('asked'), held_code: 'sealed asked' };
  await logins.redis.hset(key, { ...held, held_dies: now + 60_000 });
  const confirmHeld = (browser: string, code = 'asked') =>
    logins.records.confirmHeldCode(id, browser, digest(code));
  return { ...logins, id, now, confirmHeld };
}

test('a code that 0.1.0 held aside is confirmed by the browser that was asked, and dies when it would have', async (t) => {
  const { id, now, confirmHeld, records, ledger, fieldsOf } = await heldAside(t);
  t.is((await confirmHeld('a third browser')).verb, 'foreign');
  t.is((await confirmHeld('another browser', 'another code')).verb, 'foreign');
  t.is((await confirmHeld(newLogin.browser)).verb, 'foreign');
  t.is((await records.read(id))?.codes, 0);
  t.like(await confirmHeld('another browser'), { verb: 'recorded', n: 1, diesAt: now + 60_000 });
  t.like(await confirmHeld('another browser'), { verb: 'repeated', n: 1 });
  t.is((await records.read(id))?.browser, 'another browser');
  t.like(await ledger.claim(id, 'job', 'claim'), { verb: 'exchange', sealed: 'sealed asked' });
  t.deepEqual(
    Object.keys(await fieldsOf(id)).filter((field) => field.startsWith('held_')),
    [],
  );
});

test('nor is a code that was held aside confirmed once the login has another', async (t) => {
  const { id, record, confirmHeld, records } = await heldAside(t);
  t.is((await record(id, 'first')).verb, 'recorded');
  t.is((await confirmHeld('another browser')).verb, 'foreign');
  t.is((await records.read(id))?.browser, newLogin.browser);
});

test('what the host bound a start to does not go to another browser with the login', async (t) => {
  const { open, record, confirm, records } = withLogins(t);
  const id = await open({ restarts: 1, hostState: 'state-of-the-host', challenge: 'c'.repeat(43) });
  t.like(await records.read(id), { hostState: 'state-of-the-host', challenge: 'c'.repeat(43) });
  t.like(await record(id, 'asked', 'another browser'), { verb: 'foreign', hostState: '', challenge: '' });
  t.like(await confirm(id, 'asked', 'another browser'), { verb: 'recorded', hostState: '', challenge: '' });
  t.like(await records.read(id), { hostState: '', challenge: '', target: '/chat/7' });
});

for (const status of ['ready', 'bind'] as const) {
  test(`a login that is ${status} cannot be taken over by confirming a code of one’s own`, async (t) => {
    const { finished, record, confirm, fieldsOf } = withLogins(t);
    const { id } = await finished(status, { restarts: 1 });
    const before = await fieldsOf(id);
    t.like(await record(id, 'made up', 'another browser'), { verb: 'foreign', n: 0 });
    t.is((await confirm(id, 'made up', 'another browser')).verb, 'foreign');
    t.deepEqual(await fieldsOf(id), before);
  });
}

test('a login cannot change hands once it has a code, also when somebody was asked before', async (t) => {
  const { open, record, confirm, records } = withLogins(t);
  const id = await open({ restarts: 1 });
  t.like(await record(id, 'asked', 'another browser'), { verb: 'foreign', n: 1 });
  await record(id, 'first');
  t.is((await confirm(id, 'asked', 'another browser')).verb, 'foreign');
  t.is((await records.read(id))?.browser, newLogin.browser);
});

test('a confirmed login cannot be taken back', async (t) => {
  const { open, record, confirm, records } = withLogins(t);
  const id = await open({ restarts: 1 });
  await confirm(id, 'asked', 'another browser');
  t.like(await record(id, 'made up'), { verb: 'foreign', n: 0 });
  t.is((await confirm(id, 'made up', newLogin.browser)).verb, 'foreign');
  t.is((await records.read(id))?.browser, 'another browser');
});

test('a confirmed code’s time runs from when it came, not from when it was confirmed', async (t) => {
  const { open, record, confirm, ledger, clock } = withLogins(t);
  const id = await open({ restarts: 1 });
  const { now, diesAt: told } = await record(id, 'asked', 'another browser');
  t.is(told, now + codeLifetimeMs);
  clock.offsetMs = codeLifetimeMs + 1;
  const { verb, diesAt } = await confirm(id, 'asked', 'another browser', told);
  t.is(verb, 'recorded');
  t.is(diesAt, told);
  t.is((await ledger.claim(id, 'job', 'claim')).verb, 'expired');
});

test('who holds a poll of a login is woken when it becomes another browser’s', async (t) => {
  const { open, confirm, redis, prefix } = withLogins(t);
  const subscriber = redis.duplicate();
  t.teardown(() => subscriber.disconnect());
  const heard: unknown[] = [];
  await subscriber.subscribe(`${prefix}:settled`);
  subscriber.on('message', (_channel, message) => heard.push(...JSON.parse(message)));
  const id = await open({ restarts: 1 });
  await confirm(id, 'asked', 'another browser');
  await until(() => heard.length > 0);
  t.deepEqual(heard, [{ id, status: 'pending', browser: 'another browser' }]);
});

for (const status of ['ready', 'bind'] as const) {
  test(`a login that is ${status} takes no further code`, async (t) => {
    const { finished, record, records } = withLogins(t);
    const { id } = await finished(status);
    t.is((await record(id, 'second')).verb, 'finished');
    t.like(await record(id, 'first'), { verb: 'repeated', n: 1, stage: 'settled' });
    t.is((await records.read(id))?.status, status);
  });
}

const goesOn = test.macro({
  async exec(t, settlement: Pick<Settlement, 'status' | 'reason'>) {
    const { recorded, record, records, ledger } = withLogins(t);
    const id = await recorded();
    await ledger.claim(id, 'job', 'claim');
    await ledger.settle(id, 'claim', { ...settlement, scope: 'snsapi_userinfo' });
    t.is((await record(id, 'first')).verb, 'repeated');
    t.like(await record(id, 'second'), { verb: 'recorded', n: 2, stage: 'recorded' });
    const login = await records.read(id);
    t.like(login, { stage: 'recorded', status: 'pending' });
    t.is(login?.reason, undefined);
    t.like(await ledger.claim(id, 'job-2', 'claim-2'), { verb: 'exchange', n: 2, calls: 1 });
  },
  title: (_, { status }: Pick<Settlement, 'status'>) =>
    `a login that ended as ${status} goes on with a new code, never with its old one`,
});
test(goesOn, { status: 'reauthorize' });
test(goesOn, { status: 'snapshot' });
test(goesOn, { status: 'failed', reason: 'refused' });

test('three more codes are taken after each round', async (t) => {
  const { recorded, record, ledger } = withLogins(t);
  const id = await recorded();
  await record(id, 'second');
  await record(id, 'third');
  await ledger.claim(id, 'job', 'claim');
  await ledger.settle(id, 'claim', { status: 'reauthorize', scope: 'snsapi_userinfo' });
  for (const code of ['fourth', 'fifth', 'sixth']) t.is((await record(id, code)).verb, 'recorded');
  t.is((await record(id, 'seventh')).verb, 'full');
});

test('a login does not go on for ever: it takes thirty codes in all', async (t) => {
  const { open, record, ledger } = withLogins(t);
  const id = await open();
  for (let n = 1; n <= 30; n += 1) {
    t.like(await record(id, `code ${n}`), { verb: 'recorded', n });
    await ledger.claim(id, `job ${n}`, `claim ${n}`);
    await ledger.settle(id, `claim ${n}`, { status: 'reauthorize', scope: 'snsapi_userinfo' });
  }
  t.is((await record(id, 'one more')).verb, 'full');
  t.like(await record(id, 'code 30'), { verb: 'repeated', n: 30 });
});

test('nor later than an hour after it was begun', async (t) => {
  const { recorded, record, ledger, clock } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  await ledger.settle(id, 'claim', { status: 'reauthorize', scope: 'snsapi_userinfo' });
  clock.offsetMs = longestLoginMs - 1_000;
  t.is((await record(id, 'second')).verb, 'recorded');
  clock.offsetMs = longestLoginMs + 1_000;
  t.is((await record(id, 'third')).verb, 'full');
});

test('an end that is sent again after the next round began does not end that round', async (t) => {
  const { recorded, record, records, ledger } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  const lost: Settlement = { status: 'reauthorize', scope: 'snsapi_userinfo', isLostRound: true };
  await ledger.settle(id, 'claim', lost);
  await record(id, 'second');
  t.is((await ledger.settle(id, 'claim', lost)).verb, 'fenced');
  t.like(await records.read(id), { stage: 'recorded', rounds: 1 });
});

const refused: Settlement = {
  status: 'reauthorize',
  scope: newLogin.scope,
  isLostRound: true,
  mayTryNextCode: true,
  isRefusedCode: true,
};

test('a login of which WeChat refused three codes takes one more, the one a tap fetched, and no fifth', async (t) => {
  const { open, record, ledger } = withLogins(t);
  const id = await open();
  for (const code of ['first', 'second', 'third', 'fourth']) {
    t.is((await record(id, code)).verb, 'recorded');
    await ledger.claim(id, 'job', `claim of ${code}`);
    await ledger.settle(id, `claim of ${code}`, refused);
  }
  t.is((await record(id, 'fifth')).verb, 'full');
});

test('refused codes of one round count, each once, also when the move was sent twice', async (t) => {
  const { open, record, ledger, fieldsOf } = withLogins(t);
  const id = await open();
  for (const code of ['first', 'second', 'third']) await record(id, code);
  for (const code of [1, 2, 3]) {
    await ledger.claim(id, 'job', `claim ${code}`);
    for (const _ of ['sent', 'sent again']) await ledger.settle(id, `claim ${code}`, refused);
    t.is((await fieldsOf(id))['refused'], String(code));
  }
});

test('a browser with ten refused codes brings no more, in any login, for ten minutes', async (t) => {
  const { open, record, ledger, redis, prefix } = withLogins(t);
  const bring = async (browser: string, settlement: Settlement) => {
    const id = await open({ browser });
    const { verb } = await record(id, 'made up', browser);
    await ledger.claim(id, 'job', 'claim');
    await ledger.settle(id, 'claim', settlement);
    return verb;
  };
  for (let n = 0; n < 10; n += 1) t.is(await bring('a stranger', refused), 'recorded');
  t.is(await bring('a stranger', refused), 'full');
  t.is(await bring('somebody else', refused), 'recorded');
  const leftMs = await redis.pttl(`{${prefix}:0}:refused:a stranger`);
  t.true(leftMs > 590_000 && leftMs <= 600_000, String(leftMs));
});

test('codes that were lost through no fault of their browser do not count', async (t) => {
  const { open, record, ledger } = withLogins(t);
  const id = await open();
  for (const code of ['first', 'second', 'third', 'fourth', 'fifth']) {
    t.is((await record(id, code)).verb, 'recorded');
    await ledger.claim(id, 'job', `claim of ${code}`);
    await ledger.settle(id, `claim of ${code}`, { ...refused, isRefusedCode: false });
  }
});
