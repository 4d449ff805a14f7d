import test from 'ava';
import { claimWindowMs, leastUsefulMs } from '#workers/deadline.ts';

test('a code of five minutes is not sent in its last five seconds', (t) => {
  t.is(leastUsefulMs(300_000), 5_000);
});

test('a claim outlives the longest call it may have been made for', (t) => {
  t.true(claimWindowMs(4_000) > 4_000);
});
