import test, { type ExecutionContext } from 'ava';
import { watchAnswers } from '#connections/answer-watch.ts';
import { until } from '#test/support/until.ts';

const never = () => new Promise<never>(() => {});
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
const patience = { timeoutMs: 30_000 };

function withWatch(
  t: ExecutionContext,
  ways: { ask: () => Promise<unknown>; askAnew: () => Promise<unknown> },
  patienceMs = 50,
) {
  const counts = { ours: 0, anew: 0, stuck: 0 };
  const watch = watchAnswers({
    ask: () => {
      counts.ours += 1;
      return ways.ask();
    },
    askAnew: () => {
      counts.anew += 1;
      return ways.askAnew();
    },
    onStuck: () => (counts.stuck += 1),
    everyMs: 5,
    patienceMs,
    answersWithinMs: 50,
  });
  t.teardown(watch.close);
  return counts;
}

test('while answers come no other connection is made', async (t) => {
  // Longer than a busy machine lets this process stand, which would be a silence like any other.
  const counts = withWatch(t, { ask: soon, askAnew: soon }, 5_000);
  await until(() => counts.ours > 30, patience);
  t.deepEqual([counts.anew, counts.stuck], [0, 0]);
});

for (const [what, ask] of [
  ['comes', never],
  ['is possible', () => Promise.reject(new Error('Connection is closed.'))],
] as const) {
  test(`no answer ${what} on ours and one comes on another: it is stuck`, async (t) => {
    const counts = withWatch(t, { ask, askAnew: soon });
    await until(() => counts.stuck > 0, patience);
    t.true(counts.anew > 0);
  });
}

test('a store that answers nowhere is away, and its questions do not gather', async (t) => {
  const counts = withWatch(t, { ask: never, askAnew: () => Promise.reject(new Error('refused')) });
  await until(() => counts.anew > 5, patience);
  t.is(counts.stuck, 0);
  t.is(counts.ours, 1);
});

test('a store that hangs everywhere is away', async (t) => {
  const counts = withWatch(t, { ask: never, askAnew: never });
  await until(() => counts.anew > 3, patience);
  t.is(counts.stuck, 0);
});

test('a question whose answer was lost is asked once more before it counts', async (t) => {
  let asked = 0;
  const counts = withWatch(t, { ask: () => (asked++ === 0 ? never() : soon()), askAnew: soon });
  await until(() => counts.anew > 0 && counts.ours > 20, patience);
  t.is(counts.stuck, 0);
});
