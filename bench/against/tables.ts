import { median } from 'simple-statistics';
import type { Table } from '#bench/rows/bench.ts';
import { pairedRatio, type RatiosOfLaunches, ratiosOfLaunches } from './paired-ratios.ts';
import type { Pair } from './take-turns.ts';

const show = (ratio: number) => ratio.toFixed(3);
const between = (ends: readonly [number, number] | undefined) =>
  ends === undefined ? '–' : ends.map(show).join(' – ');
const valuesOf = (name: string, pairs: readonly Pair[]) =>
  pairs.map(({ ours, theirs }) => ({ ours: ours[name] ?? 0, theirs: theirs[name] ?? 0 }));

/** What came of the pairs of one row, and under it the ratios of each launch and of each of its pairs. */
export function tablesOf(row: string, launches: readonly (readonly Pair[])[]): readonly Table[] {
  const names = Object.keys(launches[0]?.[0]?.ours ?? {});
  return [
    {
      title: `${row}: this / other, ${launches.length} launches, ${launches.flat().length} pairs`,
      columns: ['', 'this', 'other', 'ratio', '95 % interval', 'launches', ''],
      lines: names.map((name) => {
        const values = valuesOf(name, launches.flat());
        const ratios = ratiosOfLaunches(launches.map((pairs) => pairedRatio(valuesOf(name, pairs))));
        return [
          name,
          Math.round(median(values.map(({ ours }) => ours))),
          Math.round(median(values.map(({ theirs }) => theirs))),
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
        pairs.map((pair, n) => [
          launch + 1,
          n + 1,
          ...names.map((name) => show(pairedRatio(valuesOf(name, [pair])))),
        ]),
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
