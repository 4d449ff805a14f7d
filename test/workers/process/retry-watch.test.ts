import test from 'ava';
import mongoose from 'mongoose';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';
import { createRetryWatch } from '#workers/process/retry-watch.ts';

const noMajority = new mongoose.mongo.MongoServerError({ message: 'x', code: 64 });

function withWatch() {
  const { log, lines } = capturedLog();
  const counted: string[] = [];
  const noteRetry = createRetryWatch({
    onRetry: (store, reason) => counted.push(`${store} ${reason}`),
    log,
    spellEndsAfterMs: 100,
  });
  return { noteRetry, counted, told: () => lines.map((line) => JSON.parse(line)) };
}

test('a spell of retries is one line when it begins and one when it is over, and each is counted', async (t) => {
  const { noteRetry, counted, told } = withWatch();
  for (let n = 0; n < 50; n += 1) noteRetry(noMajority);
  t.is(told().length, 1);
  t.like(told()[0], { level: 'warn', store: 'mongo', reason: 'no_majority' });
  await until(() => told().length === 2);
  t.like(told()[1], { level: 'info', store: 'mongo', reason: 'no_majority', retries: 50 });
  t.deepEqual(counted, Array(50).fill('mongo no_majority'));
  noteRetry(noMajority);
  t.is(told().length, 3);
});

test('each store and reason has its own', (t) => {
  const { noteRetry, counted, told } = withWatch();
  noteRetry(noMajority);
  noteRetry(new mongoose.mongo.MongoNetworkError('x'));
  noteRetry(new Error('OOM command not allowed'));
  t.deepEqual(counted, ['mongo no_majority', 'mongo unreachable', 'redis refuses_writes']);
  t.is(told().length, 3);
});

test('what is no store’s is not its business', (t) => {
  const { noteRetry, counted, told } = withWatch();
  noteRetry(undefined);
  noteRetry(new TypeError('a bug'));
  t.deepEqual([counted, told()], [[], []]);
});
