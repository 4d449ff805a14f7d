import test from 'ava';
import { createTryAgain } from '#operations/try-again.ts';

class Passing extends Error {}
const pauses = { firstPauseMs: 1, longestPauseMs: 5 };

/** Work that fails so often, and counts how often it was done. */
function failing(times: number, error: Error = new Passing('away')) {
  const work = async () => {
    work.calls += 1;
    if (work.calls <= times) throw error;
    return 'done';
  };
  work.calls = 0;
  return work;
}
const tryAgain = createTryAgain((error) => error instanceof Passing, { ...pauses, maxRetries: 3 });

test('work that succeeds is done once', async (t) => {
  const work = failing(0);
  t.is(await tryAgain(work), 'done');
  t.is(work.calls, 1);
});

test('work is done again while its error is worth it', async (t) => {
  const work = failing(3);
  t.is(await tryAgain(work), 'done');
  t.is(work.calls, 4);
});

test('after the last retry the error is told', async (t) => {
  const work = failing(Number.POSITIVE_INFINITY);
  await t.throwsAsync(tryAgain(work), { instanceOf: Passing });
  t.is(work.calls, 4);
});

test('another error is told at once, at the first try and at a later one', async (t) => {
  const work = failing(1, new TypeError('a bug'));
  await t.throwsAsync(tryAgain(work), { instanceOf: TypeError });
  t.is(work.calls, 1);
  const errors = [new Passing('away'), new TypeError('a bug'), new Passing('away')];
  await t.throwsAsync(
    tryAgain(async () => {
      throw errors.shift();
    }),
    { instanceOf: TypeError },
  );
  t.is(errors.length, 1);
});

test('when its time is over the last error is told', async (t) => {
  const forLong = createTryAgain((error) => error instanceof Passing, { ...pauses, maxRetries: 1_000_000 });
  const work = failing(Number.POSITIVE_INFINITY);
  await t.throwsAsync(forLong(work, 50), { instanceOf: Passing });
  t.true(work.calls > 1);
});

test('each error that is answered by another try is heard of, and no other', async (t) => {
  const heard: unknown[] = [];
  const telling = createTryAgain((error) => error instanceof Passing, {
    ...pauses,
    maxRetries: 3,
    onRetry: (error) => heard.push(error),
  });
  await telling(failing(0));
  t.is(heard.length, 0);
  await telling(failing(2));
  t.is(heard.length, 2);
  await t.throwsAsync(telling(failing(9)));
  t.is(heard.length, 5);
  await t.throwsAsync(telling(failing(1, new TypeError('a bug'))));
  t.is(heard.length, 5);
  t.true(heard.every((error) => error instanceof Passing));
});
