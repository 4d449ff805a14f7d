import test from 'ava';
import { createAccountGate } from '#workers/account-gate.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import type { CallBudget } from '#workers/call-budget.ts';
import type { CallPace } from '#workers/call-pace.ts';
import { WeChatUnreachable } from '#workers/wechat/errors.ts';

function withGate() {
  const clock = { ms: 1_800_000_000_000 };
  const told: unknown[][] = [];
  const taken: string[] = [];
  const slowed: string[] = [];
  const gate = createAccountGate({
    budget: { take: async (appid: string) => void taken.push(appid) } as CallBudget,
    pace: { slowDown: async (appid: string) => void slowed.push(appid) } as unknown as CallPace,
    now: () => clock.ms,
    onChange: (...change) => told.push(change),
  });
  return { gate, clock, told, taken, slowed };
}
const succeed = async () => 'token';

test('an open account’s calls are paid from its budget', async (t) => {
  const { gate, taken } = withGate();
  t.is(await gate.enter('wx1'), 'open');
  t.deepEqual(taken, ['wx1']);
});

test('a misconfigured account is told once, and costs nothing while it is closed', async (t) => {
  const { gate, told, taken } = withGate();
  for (const _ of Array(10)) gate.misconfigured('wx1', 40_125);
  t.deepEqual(told, [['wx1', 'misconfigured', 40_125]]);
  t.is(await gate.enter('wx1'), 'misconfigured');
  t.deepEqual(taken, []);
  t.is(await gate.enter('wx2'), 'open');
});

test('after four seconds one login tries it again, without telling anew when that fails', async (t) => {
  const { gate, clock, told } = withGate();
  gate.misconfigured('wx1', 40_125);
  clock.ms += 3_999;
  t.is(await gate.enter('wx1'), 'misconfigured');
  clock.ms += 1;
  t.is(await gate.enter('wx1'), 'open');
  gate.misconfigured('wx1', 40_125);
  t.is(await gate.enter('wx1'), 'misconfigured');
  t.is(told.length, 1);
});

test('a call that succeeds opens it, which is told once', async (t) => {
  const { gate, clock, told } = withGate();
  gate.misconfigured('wx1', 40_125);
  clock.ms += 4_000;
  for (const _ of [1, 2, 3]) await gate.exchange('wx1', false, succeed);
  t.deepEqual(told.slice(1), [['wx1', 'open']]);
  t.is(gate.misconfiguredCount, 0);
});

test('the misconfigured accounts are counted, the paused ones not', async (t) => {
  const { gate } = withGate();
  gate.misconfigured('wx1', 40_125);
  gate.misconfigured('wx1', 40_125);
  gate.misconfigured('wx2', 48_004);
  await gate.outOfQuota('wx3', 'paused', 45_011);
  await gate.outOfQuota('wx4', 'exhausted', 45_009);
  t.is(gate.misconfiguredCount, 2);
});

test('a used-up quota pauses the account until the next minute begins, and slows it down', async (t) => {
  const { gate, clock, told, slowed, taken } = withGate();
  clock.ms += 15_000;
  await gate.outOfQuota('wx1', 'paused', 45_011);
  await gate.outOfQuota('wx1', 'paused', 45_011);
  t.deepEqual(told, [['wx1', 'paused', 45_011]]);
  t.deepEqual(slowed, ['wx1', 'wx1']);
  const paused = await t.throwsAsync(gate.enter('wx1'), { instanceOf: AccountPaused });
  t.is(paused?.resumeInMs, 45_000);
  t.deepEqual(taken, []);
  clock.ms += 45_000;
  t.is(await gate.enter('wx1'), 'open');
});

test('an account that is slowed down is held back no further', async (t) => {
  const { gate, told, slowed } = withGate();
  await gate.slowDown('wx1');
  t.deepEqual(slowed, ['wx1']);
  t.is(await gate.enter('wx1'), 'open');
  t.deepEqual(told, []);
});

test('while the day’s quota is used up a login is told for how long, and is free to end', async (t) => {
  const { gate, clock, told, taken } = withGate();
  clock.ms += 15_000;
  await gate.outOfQuota('wx1', 'exhausted', 45_009);
  t.deepEqual(await gate.enter('wx1'), { exhaustedForMs: 45_000 });
  t.deepEqual(told, [['wx1', 'exhausted', 45_009]]);
  t.deepEqual(taken, []);
  clock.ms += 45_000;
  t.is(await gate.enter('wx1'), 'open');
});

test('a change from paused to misconfigured is told', async (t) => {
  const { gate, told } = withGate();
  await gate.outOfQuota('wx1', 'paused', 45_011);
  gate.misconfigured('wx1', 48_004);
  t.deepEqual(
    told.map(([, state]) => state),
    ['paused', 'misconfigured'],
  );
});

test('an account that WeChat does not answer for is closed before its budget is touched', async (t) => {
  const { gate, told, taken } = withGate();
  const fail = async () => {
    throw new WeChatUnreachable('token', 'timeout', true);
  };
  for (const _ of Array(25)) await t.throwsAsync(gate.exchange('wx1', false, fail));
  await t.throwsAsync(gate.enter('wx1'), { instanceOf: AccountPaused });
  t.deepEqual(told, [['wx1', 'unreachable']]);
  t.deepEqual(taken, []);
  t.is(await gate.enter('wx2'), 'open');
});

test('second calls beyond their share are not made', async (t) => {
  const { gate } = withGate();
  let calls = 0;
  const call = async () => {
    calls += 1;
  };
  const second = () => gate.exchange('wx1', true, call);
  await t.throwsAsync(
    async () => {
      for (;;) await second();
    },
    { instanceOf: AccountPaused },
  );
  t.true(calls >= 20 && calls < 30, `${calls} calls`);
  await t.throwsAsync(second(), { instanceOf: AccountPaused });
  await t.notThrowsAsync(gate.exchange('wx1', false, call));
});
