import test from 'ava';
import type { LoginRecord, RecordedCode } from '#models/login/record.ts';
import { until } from '#test/support/until.ts';
import { id, now, pending, withStatus } from './with-status.ts';

test('without a wait the status is told at once', async (t) => {
  const { read, settledLogins } = await withStatus(t);
  t.deepEqual(await read(), {
    status: 200,
    text: '{"status":"pending","reason":"exchanging snsapi_base 0 undefined"}',
  });
  t.is(settledLogins.waitingCount, 0);
});

test('an unknown login, another browser’s and an impossible one get the identical answer', async (t) => {
  const answers = await Promise.all([
    withStatus(t, null).then(({ read }) => read()),
    withStatus(t, pending, 'another').then(({ read }) => read()),
    withStatus(t, pending, '').then(({ read }) => read()),
    withStatus(t).then(({ read }) => read('/nonsense?wait=25')),
    withStatus(t, pending, 'another').then(({ read }) => read(`/${id}?wait=25`)),
  ]);
  for (const answer of answers) t.deepEqual(answer, answers[0]);
  t.is(answers[0]?.status, 404);
});

for (const wait of ['26', '-1', '1.5', 'x', '', '025', '1&wait=2']) {
  test(`a wait of ${JSON.stringify(wait)} is refused`, async (t) => {
    const { read } = await withStatus(t);
    t.is((await read(`/${id}?wait=${wait}`)).status, 400);
  });
}

test('a wait ends with what is announced, without another read', async (t) => {
  const { read, state, announce, settledLogins } = await withStatus(t);
  const answer = read(`/${id}?wait=25`);
  await until(() => state.reads === 1 && settledLogins.waitingCount === 1);
  announce({ id, browser: 'mine', status: 'ready', outcome: 'sealed' });
  t.is((await answer).text, '{"status":"ready","reason":"settled snsapi_base 0 sealed"}');
  t.is(state.reads, 1);
  await until(() => settledLogins.waitingCount === 0);
});

for (const browser of ['another', undefined]) {
  const whose = browser === undefined ? 'says not whose' : 'says another browser’s';
  test(`what is announced of a login and ${whose} it is, is read again before it is told`, async (t) => {
    const { read, state, announce } = await withStatus(t);
    const answer = read(`/${id}?wait=25`);
    await until(() => state.reads === 1);
    state.record = { ...pending, browser: 'another' };
    announce({ id, status: 'ready', outcome: 'sealed', ...(browser && { browser }) });
    t.is((await answer).status, 404);
    t.is(state.reads, 2);
  });
}

test('a lost round is read, since it changed what to ask WeChat for', async (t) => {
  const { read, state, announce } = await withStatus(t);
  const answer = read(`/${id}?wait=25`);
  await until(() => state.reads === 1);
  state.record = { ...pending, status: 'reauthorize', stage: 'settled', scope: 'snsapi_userinfo', rounds: 1 };
  announce({ id, status: 'reauthorize' });
  t.is((await answer).text, '{"status":"reauthorize","reason":"settled snsapi_userinfo 1 undefined"}');
});

test('what settles between listening and reading is not missed', async (t) => {
  const { read, announce, settledLogins } = await withStatus(t);
  const answer = read(`/${id}?wait=25`);
  // As early as can be: the listener is there, the record may not be read yet.
  await until(() => settledLogins.waitingCount === 1);
  announce({ id, browser: 'mine', status: 'ready', outcome: 'sealed' });
  t.regex((await answer).text, /"ready"/);
});

const recorded: RecordedCode = {
  verb: 'recorded',
  n: 1,
  stage: 'recorded',
  diesAt: now + 300_000,
  now,
  restarts: 0,
  entId: 'acme',
  appid: 'wx1',
  target: '/t',
  lang: 'en',
};

test('the page of a callback that was taken here a moment ago is told without a read, once', async (t) => {
  const { read, state, announce, freshLogins, settledLogins } = await withStatus(t);
  freshLogins.keep(id, 'mine', recorded);
  // The worker may be faster than the page.
  announce({ id, browser: 'mine', status: 'ready', outcome: 'sealed' });
  t.regex((await read(`/${id}?wait=25`)).text, /"ready".* sealed"/);
  t.is(state.reads, 0);
  t.is(settledLogins.waitingCount, 0);
  t.regex((await read(`/${id}?wait=0`)).text, /"pending"/);
  t.is(state.reads, 1);
});

test('another browser gets nothing of a fresh login, and takes nothing away', async (t) => {
  const { read, state, announce, freshLogins } = await withStatus(t, null, 'another');
  freshLogins.keep(id, 'mine', recorded);
  announce({ id, browser: 'mine', status: 'ready', outcome: 'sealed' });
  t.is((await read(`/${id}?wait=25`)).status, 404);
  t.is(state.reads, 1);
  t.deepEqual(await freshLogins.take(id, 'mine')?.listener.settled(1), {
    id,
    browser: 'mine',
    status: 'ready',
    outcome: 'sealed',
  });
});

test('a fresh login that nobody asks for is listened for no longer', async (t) => {
  const { freshLogins, settledLogins } = await withStatus(t, pending, 'mine', { freshForMs: 500 });
  freshLogins.keep(id, 'mine', recorded);
  freshLogins.keep(id, 'mine', recorded);
  t.is(settledLogins.waitingCount, 1);
  await until(() => settledLogins.waitingCount === 0);
  t.is(freshLogins.take(id, 'mine'), undefined);
});

test('a lost round of a fresh login is read', async (t) => {
  const { read, state, announce, freshLogins } = await withStatus(t);
  freshLogins.keep(id, 'mine', recorded);
  state.record = { ...pending, status: 'reauthorize', stage: 'settled', scope: 'snsapi_userinfo', rounds: 1 };
  announce({ id, status: 'reauthorize' });
  t.is(
    (await read(`/${id}?wait=25`)).text,
    '{"status":"reauthorize","reason":"settled snsapi_userinfo 1 undefined"}',
  );
});

test('a login that is over is told at once, whatever the wait', async (t) => {
  const { read, state } = await withStatus(t, {
    ...pending,
    status: 'failed',
    stage: 'settled',
  } as LoginRecord);
  t.regex((await read(`/${id}?wait=25`)).text, /"failed"/);
  t.is(state.reads, 1);
});

test('a wait that is over reads once more', async (t) => {
  const { read, state } = await withStatus(t);
  t.regex((await read(`/${id}?wait=1`)).text, /"pending"/);
  t.is(state.reads, 2);
});

test('a login that dies during the wait is told then', async (t) => {
  const { read, state } = await withStatus(t, { ...pending, codeDiesAt: now + 10 });
  const answer = read(`/${id}?wait=25`);
  await until(() => state.reads === 2);
  t.is((await answer).status, 200);
});

test('a browser that goes away waits no more', async (t) => {
  const { read, settledLogins } = await withStatus(t);
  const gone = new AbortController();
  const answer = read(`/${id}?wait=25`, { signal: gone.signal });
  await until(() => settledLogins.waitingCount === 1);
  gone.abort();
  await t.throwsAsync(answer);
  await until(() => settledLogins.waitingCount === 0);
});

test('a page that is held asks for its job to be put back, in case it was lost', async (t) => {
  const { read, requeued } = await withStatus(t, { ...pending, codeDiesAt: now + 500 });
  await read();
  t.deepEqual(requeued, []);
  await read(`/${id}?wait=1`);
  t.deepEqual(requeued, [id]);
});

test('of one login’s polls the oldest is answered when a fifth comes', async (t) => {
  const { read, heldPolls, announce } = await withStatus(t);
  const first = read(`/${id}?wait=25`);
  await until(() => heldPolls.count === 1);
  const others: ReturnType<typeof read>[] = [];
  for (let n = 2; n <= 5; n += 1) {
    others.push(read(`/${id}?wait=25`));
    await until(() => heldPolls.count === Math.min(n, 4));
  }
  t.regex((await first).text, /"pending"/);
  announce({ id, browser: 'mine', status: 'ready', outcome: 'sealed' });
  for (const other of others) t.regex((await other).text, /"ready"/);
  await until(() => heldPolls.count === 0);
});

test('a poll that its reader gave up is held no longer', async (t) => {
  const { read, heldPolls } = await withStatus(t);
  const leaving = new AbortController();
  const answer = read(`/${id}?wait=25`, { signal: leaving.signal });
  await until(() => heldPolls.count === 1);
  leaving.abort();
  await t.throwsAsync(answer);
  await until(() => heldPolls.count === 0);
  t.pass();
});

test('a page that waits is told at once of what it does not know of, and held once it says so', async (t) => {
  const { read, state, announce, requeued, heldPolls } = await withStatus(t);
  state.because = 'wechat-unreachable';
  for (const told of ['', 'no-workers']) {
    t.regex((await read(`/${id}?wait=25&told=${told}`)).text, /"because":"wechat-unreachable"/);
  }
  t.is(requeued.length, 2, 'its job may be lost all the same');
  // Who says nothing, or nothing that we know, is held as ever.
  const asked = ['', '&told=wechat-unreachable', '&told=made%20up'].map((told) =>
    read(`/${id}?wait=25${told}`),
  );
  await until(() => heldPolls.count === 3);
  announce({ id, browser: 'mine', status: 'ready', outcome: 'sealed' });
  for (const held of asked) t.regex((await held).text, /"status":"ready"/);
});
