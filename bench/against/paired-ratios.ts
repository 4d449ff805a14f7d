import { binomialDistribution, medianSorted, quantileSorted } from 'simple-statistics';

/** The chance that the true median lies outside of the interval. */
const outside = 0.05;

export type PairedRatios = {
  readonly median: number;
  /** In which the true median lies with 95 % certainty. Undefined for fewer than six pairs. */
  readonly interval: readonly [low: number, high: number] | undefined;
  readonly quartiles: readonly [number, number];
  readonly range: readonly [number, number];
};

/** Of what was measured in pairs: ours over theirs, pair by pair, so that what slowed both is out of it. */
export function pairedRatios(pairs: readonly { ours: number; theirs: number }[]): PairedRatios {
  const sorted = pairs.map(({ ours, theirs }) => ours / theirs).toSorted((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share);
  return {
    median: medianSorted(sorted),
    interval: intervalOfMedian(sorted),
    quartiles: [at(0.25), at(0.75)],
    range: [at(0), at(1)],
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
