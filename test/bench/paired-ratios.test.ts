import test from 'ava';
import { pairedRatios } from '#bench/against/paired-ratios.ts';

const over = (ratios: readonly number[], machine: (n: number) => number = () => 100) =>
  pairedRatios(ratios.map((ratio, n) => ({ ours: ratio * machine(n), theirs: machine(n) })));
const near = (a: number | undefined, b: number) => Math.abs((a ?? Number.NaN) - b) < 1e-9;

test('what slows both turns of a pair alike is out of the ratios', (t) => {
  const { median, range } = over(Array(10).fill(1.03), (n) => 100 + 900 * (n % 3));
  t.true(near(median, 1.03));
  t.true(range.every((end) => near(end, 1.03)));
});

test('the interval of the median holds what the sign test cannot rule out', (t) => {
  const upTo = (count: number) => over(Array.from({ length: count }, (_, n) => n + 1)).interval;
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

test('a single wild pair does not move the interval', (t) => {
  const calm = Array.from({ length: 20 }, (_, n) => 1 + (n - 10) / 1_000);
  t.deepEqual(over([...calm.slice(0, 19), 50]).interval, over(calm).interval);
});
