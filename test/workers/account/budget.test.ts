import test from 'ava';
import type { Taken } from '#models/account/capacity.ts';
import { type CallWish, createCallBudget } from '#workers/account/budget.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';

type Answer = Taken | Error | Promise<Taken>;

/** A budget over an account that answers one after the other; the last answer for ever. */
function withBudget(answers: Answer[], { mostWaiting = 1_000 } = {}) {
  const asked: CallWish[] = [];
  const budget = createCallBudget({
    capacity: {
      async take(name, wish) {
        asked.push({ name, ...wish });
        const answer = answers[Math.min(asked.length, answers.length) - 1];
        if (answer instanceof Error || answer === undefined) throw answer;
        return answer;
      },
    },
    triesForMs: 8_000,
    mostWaiting,
  });
  return { budget, asked };
}
const wish = { name: 'wx1' };
const go = (calls: number): Taken => ({ verb: 'go', calls });

test('a block of calls is asked for once, and used up', async (t) => {
  const { budget, asked } = withBudget([go(10)]);
  for (let n = 0; n < 10; n += 1) t.is(await budget.take(wish), 'go');
  t.is(asked.length, 1);
  await budget.take(wish);
  t.is(asked.length, 2);
});

test('those who wait together ask Redis once', async (t) => {
  const { budget, asked } = withBudget([go(50)]);
  await Promise.all(Array.from({ length: 50 }, () => budget.take(wish)));
  t.is(asked.length, 1);
});

test('accounts, and those who leave a part to others, have blocks of their own', async (t) => {
  const { budget, asked } = withBudget([go(10)]);
  await budget.take(wish);
  await budget.take({ ...wish, leaves: 0.2 });
  await budget.take({ name: 'wx2' });
  t.deepEqual(
    asked.map(({ name, leaves }) => [name, leaves]),
    [
      ['wx1', undefined],
      ['wx1', 0.2],
      ['wx2', undefined],
    ],
  );
});

test('a call that is free in a moment is waited for', async (t) => {
  const { budget, asked } = withBudget([{ verb: 'wait', ms: 30 }, go(1)]);
  t.is(await budget.take(wish), 'go');
  t.is(asked.length, 2);
});

test('one that is not gives the place away, for as long as it takes, in its own line', async (t) => {
  const { budget } = withBudget([{ verb: 'wait', ms: 700 }]);
  const paused = await t.throwsAsync(budget.take({ name: 'wx1/acme' }), { instanceOf: HeldBackError });
  t.is(paused?.resumeInMs, 700);
  t.is(paused?.line, 'wx1/acme');
});

test('when too many wait already, the next gives its place away at once', async (t) => {
  const { promise, resolve } = Promise.withResolvers<Taken>();
  const { budget } = withBudget([promise], { mostWaiting: 2 });
  const waiting = [budget.take(wish), budget.take(wish)];
  for (const _ of [1, 2, 3]) await t.throwsAsync(budget.take(wish), { instanceOf: HeldBackError });
  resolve(go(2));
  await t.notThrowsAsync(Promise.all(waiting));
});

test('of those who wait for a closed account one is told to try it', async (t) => {
  const { budget } = withBudget([
    { verb: 'probe', calls: 1 },
    { verb: 'closed', ms: 8_000, state: 'paused', cause: '45011' },
  ]);
  const told = await Promise.all([budget.take(wish), budget.take(wish), budget.take(wish)]);
  t.deepEqual(told.map((answer) => (typeof answer === 'string' ? answer : answer.verb)).sort(), [
    'closed',
    'closed',
    'probe',
  ]);
});

test('a call that is given back is the next one’s', async (t) => {
  const { budget, asked } = withBudget([go(1)]);
  await budget.take(wish);
  budget.giveBack(wish);
  t.is(await budget.take(wish), 'go');
  t.is(asked.length, 1);
});

test('a Redis that fails is told, and asked again by the next', async (t) => {
  const { budget } = withBudget([new Error('away'), go(1)]);
  await t.throwsAsync(budget.take(wish), { message: 'away' });
  await t.notThrowsAsync(budget.take(wish));
});

test('while Redis takes no writes, what is claimed already goes on', async (t) => {
  const { budget } = withBudget([new Error("OOM command not allowed when used memory > 'maxmemory'.")]);
  t.is(await budget.take(wish), 'go');
});
