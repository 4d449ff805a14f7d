import { median } from 'simple-statistics';
import type { Table } from '#bench/rows/bench.ts';
import { pairedRatios, type RatiosOfLaunches, ratiosOfLaunches } from './paired-ratios.ts';
import type { Pair } from './take-turns.ts';

const show = (ratio: number) => ratio.toFixed(3);
const between = (ends: readonly [number, number] | undefined) =>
  ends === undefined ? '–' : ends.map(show).join(' – ');

/** What came of the pairs of one row, and under it the ratios of each pair. A launch none of whose pairs counts keeps its number. */
export function tablesOf(row: string, launches: readonly (readonly Pair[])[]): readonly Table[] {
  const good = launches.filter((pairs) => pairs.length > 0);
  const all = good.flat();
  const names = Object.keys(all[0]?.ours ?? {});
  const ratiosByLaunch = good.map(pairedRatios);
  return [
    {
      title: `${row}: this / other, ${good.length} launches, ${all.length} pairs`,
      columns: ['', 'this', 'other', 'ratio', '95 % interval', 'launches', ''],
      lines: names.map((name) => {
        const ratios = ratiosOfLaunches(ratiosByLaunch.map((ratio) => ratio[name] ?? 0));
        return [
          name,
          Math.round(median(all.map(({ ours }) => ours[name] ?? 0))),
          Math.round(median(all.map(({ theirs }) => theirs[name] ?? 0))),
          show(ratios.median),
          between(ratios.interval),
          between(ratios.range),
          wordFor(ratios),
        ];
      }),
    },
    {
      title: `${row}: each pair`,
      columns: ['launch', 'pair', ...names],
      lines: launches.flatMap((pairs, launch) =>
        pairs.map((pair, n) => [launch + 1, n + 1, ...Object.values(pairedRatios([pair])).map(show)]),
      ),
    },
  ];
}

function wordFor({ median: ratio, interval }: RatiosOfLaunches): string {
  if (interval === undefined) return 'too few launches';
  const percent = `${Math.abs((ratio - 1) * 100).toFixed(1)} %`;
  if (interval[0] > 1) return `**${percent} more**`;
  return interval[1] < 1 ? `**${percent} less**` : 'no difference seen';
}
