import { mock } from 'node:test';
import test from 'ava';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { createAccountCircuit } from '#workers/account/circuit.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';

// The breaker reads the clock by itself: all of them get the same one, and stand still until a test moves it.
mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
let elapsedMs = 0;
const pass = (ms: number) => {
  elapsedMs += ms;
  mock.timers.tick(ms);
};

const away = new WeChatUnreachable('token', 'timeout', true);
const succeed = async () => 'token';
const fail = (error: Error) => async () => {
  throw error;
};

function withCircuit() {
  const told: string[] = [];
  const circuit = createAccountCircuit(
    (state) => told.push(state),
    () => elapsedMs,
  );
  async function make(calls: number, call: () => Promise<unknown>) {
    for (let n = 0; n < calls; n += 1) await circuit.run(call).catch(() => {});
  }
  const isOpen = () => {
    try {
      circuit.check();
      return false;
    } catch (error) {
      if (!(error instanceof HeldBackError)) throw error;
      return true;
    }
  };
  return { ...circuit, told, make, isOpen };
}

test.serial('twenty calls without an answer open the circuit, which is told once', async (t) => {
  const { make, isOpen, told } = withCircuit();
  await make(19, fail(away));
  t.false(isOpen());
  await make(30, fail(away));
  t.true(isOpen());
  t.deepEqual(told, ['open']);
});

test.serial('while it is open no call is made', async (t) => {
  const { make, run } = withCircuit();
  await make(20, fail(away));
  let made = 0;
  await t.throwsAsync(
    run(async () => {
      made += 1;
    }),
    { instanceOf: HeldBackError },
  );
  t.is(made, 0);
});

test.serial('half of the calls may fail', async (t) => {
  const { make, isOpen } = withCircuit();
  for (let n = 0; n < 20; n += 1) {
    await make(1, succeed);
    await make(1, fail(away));
  }
  t.false(isOpen());
  await make(1, fail(away));
  t.true(isOpen());
});

test.serial('failures of long ago do not count', async (t) => {
  const { make, isOpen } = withCircuit();
  await make(19, fail(away));
  for (let second = 0; second < 12; second += 1) {
    pass(1_000);
    await make(1, succeed);
  }
  await make(1, fail(away));
  t.false(isOpen());
});

test.serial('-1 is an outage too', async (t) => {
  const { make, isOpen } = withCircuit();
  await make(20, fail(new WeChatError(-1, 'token')));
  t.true(isOpen());
});

for (const error of [
  new WeChatError(40_029, 'token'),
  new WeChatError(45_011, 'token'),
  new TypeError('a bug'),
]) {
  test.serial(`${error.message} opens nothing`, async (t) => {
    const { make, isOpen, told } = withCircuit();
    await make(100, fail(error));
    t.false(isOpen());
    t.deepEqual(told, []);
  });
}

test.serial('a call’s own end is told as it is', async (t) => {
  const { run } = withCircuit();
  t.is(await run(succeed), 'token');
  t.is(await t.throwsAsync(run(fail(away))), away);
});

test.serial('after a second one call is let through, and its success closes the circuit', async (t) => {
  const { make, isOpen, run, told } = withCircuit();
  await make(20, fail(away));
  pass(999);
  t.true(isOpen());
  pass(1);
  t.false(isOpen());
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = run(() => promise);
  t.true(isOpen());
  resolve('token');
  await probe;
  t.false(isOpen());
  t.deepEqual(told, ['open', 'closed']);
});

test.serial('a probe that fails leaves it open for another second, and is not told', async (t) => {
  const { make, isOpen, told } = withCircuit();
  await make(20, fail(away));
  pass(1_000);
  await make(1, fail(away));
  t.true(isOpen());
  pass(1_000);
  t.false(isOpen());
  t.deepEqual(told, ['open']);
});

test.serial('a probe that WeChat refuses was answered', async (t) => {
  const { make, isOpen, told } = withCircuit();
  await make(20, fail(away));
  pass(1_000);
  await make(1, fail(new WeChatError(40_029, 'token')));
  t.false(isOpen());
  t.deepEqual(told, ['open', 'closed']);
});

test.serial('the longer an outage, the later a job comes back, ten seconds at most', async (t) => {
  const { make, run } = withCircuit();
  await make(20, fail(away));
  const pauses: number[] = [];
  for (const ms of [0, 4_000, 6_000, 60_000]) {
    pass(ms);
    if (ms > 0) await make(1, fail(away));
    const paused = await t.throwsAsync(run(succeed), { instanceOf: HeldBackError });
    pauses.push(paused?.resumeInMs ?? 0);
  }
  t.deepEqual(pauses, [1_000, 2_000, 5_000, 10_000]);
});

test.serial('whoever comes while the probe is on its way is sent back, not kept until it ends', async (t) => {
  const { make, run } = withCircuit();
  await make(20, fail(away));
  pass(1_000);
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = run(() => promise);
  await t.throwsAsync(run(succeed), { instanceOf: HeldBackError });
  resolve('token');
  t.is(await probe, 'token');
});

test.serial('twenty calls that all wait for an answer are enough', async (t) => {
  const { run, isOpen, told } = withCircuit();
  const { promise, resolve } = Promise.withResolvers<string>();
  const calls = Array.from({ length: 20 }, () => run(() => promise));
  t.false(isOpen());
  pass(1_600);
  t.true(isOpen());
  resolve('token');
  await Promise.all(calls);
  t.false(isOpen());
  t.deepEqual(told, []);
});

test.serial('nineteen that wait, or answers that trickle in, hold nothing up', async (t) => {
  const { run, isOpen } = withCircuit();
  const { promise, resolve } = Promise.withResolvers<string>();
  const calls = Array.from({ length: 19 }, () => run(() => promise));
  pass(10_000);
  t.false(isOpen());
  calls.push(...Array.from({ length: 10 }, () => run(() => promise)));
  await run(succeed);
  t.false(isOpen());
  resolve('token');
  await Promise.all(calls);
});

test.serial('second calls are a tenth of all at most, after the first twenty', async (t) => {
  const { make, checkRetry, noteRetry } = withCircuit();
  await make(100, succeed);
  for (let n = 0; n < 30; n += 1) {
    t.notThrows(checkRetry);
    noteRetry();
  }
  t.throws(checkRetry, { instanceOf: HeldBackError });
  pass(10_000);
  await make(1, succeed);
  t.notThrows(checkRetry);
});

test.serial('a date that is set back by hours does not keep it open', async (t) => {
  const { make, isOpen, told } = withCircuit();
  await make(20, fail(away));
  mock.timers.setTime(Date.now() - 8 * 3_600_000);
  t.true(isOpen());
  pass(1_000);
  await make(1, succeed);
  t.false(isOpen());
  t.deepEqual(told, ['open', 'closed']);
});

test.serial('after a date that was set back it opens as soon as ever', async (t) => {
  const { make, isOpen } = withCircuit();
  await make(1, succeed);
  mock.timers.setTime(Date.now() - 8 * 3_600_000);
  for (let second = 0; second < 60; second += 1) {
    pass(1_000);
    await make(20, succeed);
  }
  for (let second = 0; second < 10 && !isOpen(); second += 1) {
    pass(1_000);
    await make(20, fail(away));
  }
  t.true(isOpen());
});
