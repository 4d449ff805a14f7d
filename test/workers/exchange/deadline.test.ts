import test from 'ava';
import { claimWindowMs, leastUsefulMs } from '#workers/exchange/deadline.ts';

test('a code of five minutes is not sent in its last five seconds', (t) => {
  t.is(leastUsefulMs(300_000), 5_000);
});

test('a claim outlives the look-up before the longest call it may have been made for, and the writing of its end', (t) => {
  const lookUpMs = 1_000;
  t.true(claimWindowMs(4_000) >= lookUpMs + 4_000 + 1_000);
});
