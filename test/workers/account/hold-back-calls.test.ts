import test from 'ava';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import type { CallBudget, CallWish, Closed } from '#workers/account/budget.ts';
import type { AccountClosures, Closure } from '#workers/account/closed-accounts.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import { createAccountGate } from '#workers/account/hold-back-calls.ts';
import { createAccountShares } from '#workers/account/shares.ts';

const acme = { appid: 'wx1', entId: 'acme' };
const guest = { appid: 'wx1', entId: 'guest' };
const anyName = () => true;
const succeed = async () => 'token';
const fail = (error: Error) => async () => {
  throw error;
};
const refused = new WeChatError(40_029, 'token');

/** A gate whose account is as closed, and whose budget answers, as the test says. */
function withGate() {
  const world = {
    closure: undefined as Closure | undefined,
    isPausedByOperator: false,
    openFails: undefined as Error | undefined,
    slowDownFails: undefined as Error | undefined,
    answer: 'go' as 'go' | 'probe' | Closed | HeldBackError,
  };
  const taken: CallWish[] = [];
  const told: unknown[][] = [];
  const gate = createAccountGate({
    closures: {
      find: () => world.closure,
      lastStateOf: () => world.closure?.state,
      noteFor: (...args: unknown[]) => void told.push(['noted', ...args]),
      close: async (...args: unknown[]) => void told.push(['closed', ...args]),
      async open(appid: string) {
        if (world.openFails) throw world.openFails;
        told.push(['answered', appid]);
      },
    } as unknown as AccountClosures,
    budget: {
      async take(wish: CallWish) {
        taken.push(wish);
        if (world.answer instanceof HeldBackError && !wish.name.includes('/')) throw world.answer;
        return wish.name.includes('/') ? 'go' : world.answer;
      },
      giveBack: ({ name }: CallWish) => void told.push(['given back', name]),
    } as CallBudget,
    shares: createAccountShares({ now: () => 0 }),
    isPausedByOperator: () => world.isPausedByOperator,
    async slowDown(appid) {
      if (world.slowDownFails) throw world.slowDownFails;
      told.push(['slower', appid]);
    },
    onChange: (...change) => told.push(change),
    onFault: (error) => told.push(['fault', error]),
  });
  async function make(caller: typeof acme, times: number, call: () => Promise<unknown>) {
    for (let n = 0; n < times; n += 1) await gate.exchange(caller, false, call).catch(() => {});
  }
  const flood = (times = 100) => {
    for (let n = 0; n < times; n += 1) gate.look(acme);
  };
  return { gate, world, taken, told, make, flood };
}

test('an open account’s calls are paid from its budget, and only when they are made', async (t) => {
  const { gate, taken } = withGate();
  t.is(gate.look(acme), 'open');
  t.deepEqual(taken, []);
  t.is(await gate.enter(acme), 'open');
  t.deepEqual(taken, [{ name: 'wx1', leaves: 0, isFirstToTry: false, isSecond: false }]);
});

test('a closed account is known before a code is claimed', (t) => {
  const { gate, world } = withGate();
  world.closure = { state: 'misconfigured', forMs: 4_000 };
  t.is(gate.look(acme), 'misconfigured');
  world.closure = { state: 'exhausted', forMs: 45_000 };
  t.deepEqual(gate.look(acme), { exhaustedForMs: 45_000 });
  world.closure = { state: 'paused', forMs: 3_000 };
  t.is(t.throws(() => gate.look(acme), { instanceOf: HeldBackError })?.resumeInMs, 3_000);
});

test('of a code that is past its use, only what lasts is told', (t) => {
  const { gate, world } = withGate();
  t.is(gate.lastKnown(acme), 'open');
  for (const [state, standing] of [
    ['paused', 'open'],
    ['exhausted', { exhaustedForMs: 3_000 }],
    ['misconfigured', 'misconfigured'],
  ] as const) {
    world.closure = { state, forMs: 3_000 };
    t.deepEqual(gate.lastKnown(acme), standing);
  }
});

test('what is found closed only when the call is paid for is remembered', async (t) => {
  const { gate, world, told } = withGate();
  world.answer = { verb: 'closed', ms: 700, state: 'misconfigured', cause: '40125' };
  t.is(await gate.enter(acme), 'misconfigured');
  world.answer = { verb: 'closed', ms: 700, state: 'exhausted', cause: '45009' };
  t.deepEqual(await gate.enter(acme), { exhaustedForMs: 700 });
  world.answer = { verb: 'closed', ms: 700, state: 'paused', cause: '45011' };
  await t.throwsAsync(gate.enter(acme), { instanceOf: HeldBackError });
  t.deepEqual(
    told.map(([, appid, state, ms]) => [appid, state, ms]),
    ['misconfigured', 'exhausted', 'paused'].map((state) => ['wx1', state, 700]),
  );
});

test('any answer of WeChat but a quota’s opens the account; silence and "busy" do not', async (t) => {
  const { make, told } = withGate();
  await make(acme, 1, succeed);
  await make(acme, 1, fail(refused));
  t.deepEqual(told, [
    ['answered', 'wx1'],
    ['answered', 'wx1'],
  ]);
  told.length = 0;
  for (const errcode of [-1, 45_011, 45_009, 40_125])
    await make(acme, 1, fail(new WeChatError(errcode, 'token')));
  await make(acme, 1, fail(new WeChatUnreachable('token', 'timeout', true)));
  t.deepEqual(told, []);
});

test('an enterprise above its share leaves a part of the budget to the others', async (t) => {
  const { gate, taken, flood } = withGate();
  flood();
  gate.look(guest);
  await gate.enter(acme);
  await gate.enter(guest);
  t.deepEqual(
    taken.map(({ leaves, isFirstToTry }) => [leaves, isFirstToTry]),
    [
      [0.2, false],
      [0, true],
    ],
  );
});

test('while the minute is used up those above their share wait, and a guest may try', (t) => {
  const { gate, world, flood } = withGate();
  flood();
  world.closure = { state: 'paused', forMs: 3_000 };
  t.throws(() => gate.look(acme), { instanceOf: HeldBackError });
  t.is(gate.look(guest), 'open');
  world.closure = { state: 'exhausted', forMs: 3_000 };
  t.deepEqual(gate.look(guest), { exhaustedForMs: 3_000 });
});

test('most of its codes refused, a client has only its own small slice of the account', async (t) => {
  const { gate, taken, make } = withGate();
  await make(acme, 4, fail(refused));
  await gate.enter(acme);
  t.deepEqual(
    taken.splice(0).map(({ name }) => name),
    ['wx1'],
  );
  await make(acme, 1, fail(refused));
  await gate.enter(acme);
  await gate.enter(guest);
  t.deepEqual(
    taken.map(({ name, leaves }) => [name, leaves]),
    [
      ['wx1/acme/-', undefined],
      ['wx1', 0.2],
      ['wx1', 0],
    ],
  );
});

test('a code that is refused when it is sent again, after a call in doubt, makes nobody suspect', async (t) => {
  const { gate, taken } = withGate();
  for (let n = 0; n < 10; n += 1)
    await gate.exchange(acme, true, fail(new WeChatError(40_163, 'token'))).catch(() => {});
  await gate.enter(acme);
  t.deepEqual(
    taken.map(({ name }) => name),
    ['wx1'],
  );
});

test('a slice pays for refused codes alone', async (t) => {
  const { gate, world, make, told } = withGate();
  await make(acme, 10, fail(refused));
  told.length = 0;
  await make(acme, 1, succeed);
  t.deepEqual(told, [
    ['given back', 'wx1/acme/-'],
    ['answered', 'wx1'],
  ]);
  told.length = 0;
  world.answer = new HeldBackError(500);
  await t.throwsAsync(gate.enter(acme), { instanceOf: HeldBackError });
  t.deepEqual(told, [['given back', 'wx1/acme/-']]);
});

test('a third of good codes is no suspicion', async (t) => {
  const { gate, taken, make } = withGate();
  await make(acme, 20, succeed);
  await make(acme, 39, fail(refused));
  await gate.enter(acme);
  t.deepEqual(
    taken.map(({ name }) => name),
    ['wx1'],
  );
});

test('quotas and faults of the account are told to all workers', async (t) => {
  const { gate, told } = withGate();
  await gate.outOfQuota('wx1', 'paused', 45_011);
  await gate.misconfigured('wx1', 40_125);
  await gate.slowDown('wx1');
  t.deepEqual(told, [
    ['closed', 'wx1', 'paused', 45_011],
    ['closed', 'wx1', 'misconfigured', 40_125],
    ['slower', 'wx1'],
  ]);
});

test('an account that WeChat does not answer for is closed before a code is claimed, and told', async (t) => {
  const { gate, told, make } = withGate();
  await make(acme, 25, fail(new WeChatUnreachable('token', 'timeout', true)));
  t.throws(() => gate.look(acme), { instanceOf: HeldBackError });
  t.deepEqual(told, [['wx1', 'unreachable']]);
  t.deepEqual([...gate.takeSeen(anyName)], [['wx1', { answered: 0, isDown: true }]]);
  t.is(gate.look({ appid: 'wx2', entId: 'acme' }), 'open');
});

test('answers are counted for the report, once, and for that of their own shard', async (t) => {
  const { gate, make } = withGate();
  await make(acme, 3, succeed);
  await make(acme, 2, fail(refused));
  t.deepEqual([...gate.takeSeen((name) => name !== 'wx1')], []);
  t.deepEqual([...gate.takeSeen(anyName)], [['wx1', { answered: 5, isDown: false }]]);
  t.deepEqual([...gate.takeSeen(anyName)], []);
});

test('second calls beyond their share are not made, nor paid for', async (t) => {
  const { gate, taken } = withGate();
  let calls = 0;
  const call = async () => {
    calls += 1;
  };
  const second = async () => {
    await gate.enter(acme, true);
    await gate.exchange(acme, true, call);
  };
  await t.throwsAsync(
    async () => {
      for (let n = 0; n < 100; n += 1) await second();
    },
    { instanceOf: HeldBackError },
  );
  t.true(calls >= 20 && calls < 30, `${calls} calls`);
  await t.throwsAsync(second(), { instanceOf: HeldBackError });
  t.is(taken.length, calls);
  await t.notThrowsAsync(gate.exchange(acme, false, call));
});

test('an account that its operator has paused is neither asked for nor paid, whoever comes', async (t) => {
  const { gate, world, taken } = withGate();
  world.isPausedByOperator = true;
  t.throws(() => gate.look(guest), { instanceOf: HeldBackError });
  await t.throwsAsync(gate.enter(acme), { instanceOf: HeldBackError });
  t.deepEqual(taken, []);
  t.is(gate.lastKnown(acme), 'paused-by-operator');
  world.isPausedByOperator = false;
  t.is(await gate.enter(acme), 'open');
});

test('what cannot be learnt from an answer takes nothing from it: its code is spent', async (t) => {
  const { gate, world, told } = withGate();
  world.openFails = new Error('the connection is closed');
  t.is(await gate.exchange(acme, false, succeed), 'token');
  t.is(await t.throwsAsync(gate.exchange(acme, false, fail(refused))), refused);
  t.deepEqual(told, [
    ['fault', world.openFails],
    ['fault', world.openFails],
  ]);
});

test('who finds the account closed gets back what a slice of it had cost', async (t) => {
  const { gate, world, told, make } = withGate();
  await make(acme, 30, fail(refused));
  told.length = 0;
  world.answer = { verb: 'closed', ms: 700, state: 'misconfigured', cause: '40125' };
  t.is(await gate.enter(acme), 'misconfigured');
  t.deepEqual(told[0], ['given back', 'wx1/acme/-']);
});

test('an account that cannot be slowed down costs nobody his profile’s absence', async (t) => {
  const { gate, world, told } = withGate();
  world.slowDownFails = new Error('MISCONF Redis is configured to save RDB snapshots');
  await t.notThrowsAsync(gate.slowDown('wx1'));
  t.deepEqual(told, [['fault', world.slowDownFails]]);
});
