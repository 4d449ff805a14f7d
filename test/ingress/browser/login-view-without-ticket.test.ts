import test from 'ava';
import { pendingUntil } from '#ingress/browser/login-view.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { failureReasons } from '#models/login/status.ts';
import { begunAt, codeLifetimeMs, id, login, view } from './with-login-view.ts';

const again: LoginRecord = { ...login, status: 'reauthorize', stage: 'settled', rounds: 1 };
const authorizeUrl =
  'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1' +
  '&redirect_uri=https%3A%2F%2Flogin.example%2Fwechat%2Fcallback' +
  `&response_type=code&scope=snsapi_userinfo&state=${id}#wechat_redirect`;

for (const rounds of [1, 2]) {
  test(`after ${rounds} lost rounds the page goes to WeChat by itself, at a time of its own`, async (t) => {
    const views = await Promise.all(Array.from({ length: 20 }, () => view({ ...again, rounds })));
    const pauses = views.map(({ seen }) => seen.retry_after_ms ?? -1);
    t.true(pauses.every((ms) => ms >= 0 && ms <= 3_000));
    t.true(new Set(pauses).size > 1);
    t.is(views[0]?.seen.location, authorizeUrl);
  });
}

test('after three it waits for a tap', async (t) => {
  const { seen } = await view({ ...again, rounds: 3 });
  t.deepEqual(seen, { status: 'reauthorize', location: authorizeUrl });
});

test('base-first’s second question waits for nothing', async (t) => {
  const { seen } = await view({ ...again, rounds: 0 });
  t.deepEqual(seen, { status: 'reauthorize', location: authorizeUrl, retry_after_ms: 0 });
});

test('a snapshot says no more than that', async (t) => {
  const { seen } = await view({ ...login, status: 'snapshot', stage: 'settled' });
  t.deepEqual(seen, { status: 'snapshot' });
});

for (const reason of failureReasons) {
  test(`failed tells that it is ${reason}`, async (t) => {
    const { seen } = await view({ ...login, status: 'failed', stage: 'settled', reason });
    t.deepEqual(seen, { status: 'failed', reason });
  });
}

test('failed without a reason is ours', async (t) => {
  const { seen } = await view({ ...login, status: 'failed', stage: 'settled' });
  t.deepEqual(seen, { status: 'failed', reason: 'internal' });
});

const recorded: LoginRecord = {
  ...login,
  stage: 'recorded',
  recordedAt: begunAt + 500,
  codes: 1,
  codeDiesAt: begunAt + 500 + codeLifetimeMs,
};
for (const stage of ['recorded', 'exchanging', 'exchanged'] as const) {
  test(`a login whose code is ${stage} is pending`, async (t) => {
    const { seen } = await view({ ...recorded, stage });
    t.deepEqual(seen, { status: 'pending' });
  });

  test(`a login whose code died while it was ${stage} is authorised again, though no worker said so`, async (t) => {
    const { seen } = await view({ ...recorded, stage, now: pendingUntil({ ...recorded, stage }) });
    t.is(seen.status, 'reauthorize');
    t.is(seen.location, authorizeUrl);
    t.true((seen.retry_after_ms ?? -1) >= 0);
  });
}

test('a login that nobody came back to is over when a code would be', async (t) => {
  const { seen: before } = await view({ ...login, now: begunAt + codeLifetimeMs - 1 });
  t.deepEqual(before, { status: 'pending' });
  const { seen: after } = await view({ ...login, now: begunAt + codeLifetimeMs });
  t.deepEqual(after, { status: 'failed', reason: 'expired' });
});

test('a code that was sent in time, or traded, asks nobody again while its end may be a moment away', async (t) => {
  const diesAt = begunAt + codeLifetimeMs;
  const statusAt = async (stage: LoginRecord['stage'], now: number) => {
    const { seen } = await view({ ...login, stage, codes: 1, recordedAt: begunAt, codeDiesAt: diesAt, now });
    return seen.status;
  };
  t.is(await statusAt('recorded', diesAt - 1), 'pending');
  t.is(await statusAt('recorded', diesAt), 'reauthorize');
  for (const stage of ['exchanging', 'exchanged'] as const) {
    t.is(await statusAt(stage, diesAt + 2_499), 'pending');
    t.is(await statusAt(stage, diesAt + 2_500), 'reauthorize');
  }
});
