import test from 'ava';
import { DeadlineError, within } from '#operations/deadline.ts';

test('work that is done in time is answered with what it gave', async (t) => {
  t.is(await within(10_000, Promise.resolve('done')), 'done');
});

test('work that takes longer is given up', async (t) => {
  await t.throwsAsync(within(20, new Promise(() => {})), {
    instanceOf: DeadlineError,
    message: 'no answer within 20 ms',
  });
});

test('work that fails in time fails with its own error', async (t) => {
  const error = new TypeError('a bug');
  t.is(await t.throwsAsync(within(10_000, Promise.reject(error))), error);
});

test('work that fails after it was given up disturbs nobody', async (t) => {
  const { promise, reject } = Promise.withResolvers<void>();
  await t.throwsAsync(within(20, promise), { instanceOf: DeadlineError });
  reject(new Error('too late'));
  await new Promise(setImmediate);
  t.pass();
});
