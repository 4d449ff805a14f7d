import test from 'ava';
import { takeTurns } from '#bench/against/take-turns.ts';

test('the trees take turns as A B B A, so that a drift meets both alike', async (t) => {
  const order: string[] = [];
  let now = 0;
  const turn = (name: string) => async () => {
    order.push(name);
    now += 1;
    return { now };
  };
  const pairs = await takeTurns(4, { ours: turn('A'), theirs: turn('B') });
  t.is(order.join(''), 'ABBAABBA');
  const sum = (of: 'ours' | 'theirs') => pairs.reduce((total, pair) => total + (pair[of]['now'] ?? 0), 0);
  t.is(sum('ours'), sum('theirs'));
});

test('a pair with a turn that failed is left out as a whole', async (t) => {
  let turns = 0;
  const pairs = await takeTurns(3, {
    ours: async () => ({ turn: ++turns }),
    theirs: async () => (++turns === 3 ? undefined : { turn: turns }),
  });
  t.deepEqual(pairs, [
    { ours: { turn: 1 }, theirs: { turn: 2 } },
    { ours: { turn: 5 }, theirs: { turn: 6 } },
  ]);
});
