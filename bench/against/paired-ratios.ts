import { binomialDistribution, median, medianSorted, quantileSorted } from 'simple-statistics';
import type { Figures, Pair } from './take-turns.ts';

/** The chance that the true median lies outside of the interval. */
const outside = 0.05;

export type RatiosOfLaunches = {
  readonly median: number;
  /** In which the true median lies with 95 % certainty. Undefined for fewer than six launches. */
  readonly interval: readonly [low: number, high: number] | undefined;
  readonly range: readonly [number, number];
};

/** Of each figure: ours over theirs, pair by pair, so that what slowed both is out of it; the middle one. There must be a pair. */
export function pairedRatios(pairs: readonly Pair[]): Figures {
  const ratio = (name: string) =>
    median(pairs.map(({ ours, theirs }) => (ours[name] ?? 0) / (theirs[name] ?? 0)));
  return Object.fromEntries(Object.keys(pairs[0]?.ours ?? {}).map((name) => [name, ratio(name)]));
}

/** Of the ratio that each launch of the two trees came to: its pairs share what V8 made of the code that time, and are no news of it. */
export function ratiosOfLaunches(ratios: readonly number[]): RatiosOfLaunches {
  const sorted = ratios.toSorted((a, b) => a - b);
  return {
    median: medianSorted(sorted),
    interval: intervalOfMedian(sorted),
    range: [quantileSorted(sorted, 0), quantileSorted(sorted, 1)],
  };
}

/**
 * By the sign test: each ratio is above the median or below it as a coin falls, whatever the noise is like. So the k-th
 * from either end is beyond the median as rarely as k coins or fewer of all show one side.
 */
function intervalOfMedian(sorted: readonly number[]): readonly [number, number] | undefined {
  const chances = binomialDistribution(sorted.length, 0.5) ?? [];
  let k = 0;
  for (let tail = 2 * (chances[0] ?? 1); tail <= outside; tail += 2 * (chances[k] ?? 1)) k += 1;
  const [low, high] = [sorted[k - 1], sorted[sorted.length - k]];
  return low === undefined || high === undefined ? undefined : [low, high];
}
