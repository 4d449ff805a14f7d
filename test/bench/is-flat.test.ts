import test from 'ava';
import { isFlat } from '#bench/rows/is-flat.ts';

/** How many blocks of a warm-up with these costs are taken. */
const blocksOf = (costs: readonly number[]) =>
  costs.findIndex((_, n) => isFlat(costs.slice(0, n + 1))) + 1 || costs.length;

test('what costs the same from the beginning is warm after four blocks', (t) => {
  t.is(blocksOf([1_445, 1_450, 1_440, 1_448, 1_444, 1_441]), 4);
});

test('what still falls goes on', (t) => {
  t.is(blocksOf([2_000, 1_800, 1_650, 1_520, 1_430, 1_350, 1_260, 1_220, 1_215, 1_222, 1_219]), 11);
});

test('one block that a busy machine made dear, or cheap, neither ends nor prolongs it for long', (t) => {
  t.is(blocksOf([2_000, 1_800, 2_600, 1_600, 1_400, 1_390, 1_395, 1_392, 1_391]), 8);
  t.is(blocksOf([1_400, 1_405, 1_330, 1_400, 1_402, 1_404]), 6);
});
