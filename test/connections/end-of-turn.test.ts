import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { atEndOfTurn } from '#connections/end-of-turn.ts';

test('work waits for the end of the turn, and what it adds runs in the same turn, after it', async (t) => {
  const order: string[] = [];
  atEndOfTurn(() => {
    order.push('moves');
    atEndOfTurn(() => order.push('the write of what they sent'));
  });
  atEndOfTurn(() => order.push('other moves'));
  await Promise.resolve();
  t.deepEqual(order, []);
  const nextTurn = setImmediate();
  await nextTurn;
  t.deepEqual(order, ['moves', 'other moves', 'the write of what they sent']);

  atEndOfTurn(() => order.push('the next turn’s'));
  await setImmediate();
  t.is(order.at(-1), 'the next turn’s');
});
