import test from 'ava';
import { pairedRatios, ratiosOfLaunches } from '#bench/against/paired-ratios.ts';
import { tablesOf } from '#bench/against/tables.ts';

const near = (a: number | undefined, b: number) => Math.abs((a ?? Number.NaN) - b) < 1e-9;

test('what slows both turns of a pair alike is out of the ratio', (t) => {
  const machine = (n: number) => 100 + 900 * (n % 3);
  const pairs = Array.from({ length: 10 }, (_, n) => ({
    ours: { cost: 1.03 * machine(n) },
    theirs: { cost: machine(n) },
  }));
  t.true(near(pairedRatios(pairs)['cost'], 1.03));
});

test('pairs of one launch are one piece of news, however many and however alike', (t) => {
  const launch = (ratio: number) =>
    Array.from({ length: 20 }, () => ({ ours: { cost: ratio }, theirs: { cost: 1 } }));
  const told = (ratios: readonly number[]) => tablesOf('logins', ratios.map(launch))[0]?.lines[0]?.slice(3);
  t.deepEqual(told([1.1]), ['1.100', '–', '1.100 – 1.100', 'too few launches']);
  t.deepEqual(told([0.9, 1.1, 1.1, 1.1, 1.1, 1.1]), [
    '1.100',
    '0.900 – 1.100',
    '0.900 – 1.100',
    'no difference seen',
  ]);
  t.deepEqual(told([1.02, 1.1, 1.1, 1.1, 1.1, 1.1]), [
    '1.100',
    '1.020 – 1.100',
    '1.020 – 1.100',
    '**10.0 % more**',
  ]);
});

test('a launch none of whose pairs counts is no news, and the others keep their numbers', (t) => {
  const pair = { ours: { cost: 2 }, theirs: { cost: 1 } };
  const [sum, each] = tablesOf('logins', [[pair], [], [pair]]);
  t.is(sum?.title, 'logins: this / other, 2 launches, 2 pairs');
  t.deepEqual(each?.lines, [
    [1, 1, '2.000'],
    [3, 1, '2.000'],
  ]);
});

test('the interval of the median holds what the sign test cannot rule out', (t) => {
  const upTo = (count: number) => ratiosOfLaunches(Array.from({ length: count }, (_, n) => n + 1)).interval;
  // Of a published table of the sign test: the ranks of the interval of 95 % or little more.
  t.is(upTo(5), undefined);
  for (const [count, low, high] of [
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [12, 3, 10],
    [20, 6, 15],
    [40, 14, 27],
  ] as const) {
    const interval = upTo(count);
    t.true(near(interval?.[0], low) && near(interval?.[1], high), `${count}: ${interval}`);
  }
});

test('a single wild launch does not move the interval', (t) => {
  const calm = Array.from({ length: 20 }, (_, n) => 1 + (n - 10) / 1_000);
  t.deepEqual(ratiosOfLaunches([...calm.slice(0, 19), 50]).interval, ratiosOfLaunches(calm).interval);
});
