import { median } from 'simple-statistics';
import type { Table } from '#bench/rows/bench.ts';
import { type PairedRatios, pairedRatios } from './paired-ratios.ts';
import type { Pair } from './take-turns.ts';

const show = (ratio: number) => ratio.toFixed(3);
const between = (ends: readonly [number, number] | undefined) =>
  ends === undefined ? '–' : ends.map(show).join(' – ');

/** What came of the pairs of one row, and under it each pair's ratios. */
export function tablesOf(row: string, pairs: readonly Pair[]): readonly Table[] {
  const names = Object.keys(pairs[0]?.ours ?? {});
  const of = (name: string) =>
    pairs.map(({ ours, theirs }) => ({ ours: ours[name] ?? 0, theirs: theirs[name] ?? 0 }));
  return [
    {
      title: `${row}: this / other, ${pairs.length} pairs`,
      columns: ['', 'this', 'other', 'ratio', '95 % interval', 'quartiles', 'range', ''],
      lines: names.map((name) => {
        const values = of(name);
        const ratios = pairedRatios(values);
        return [
          name,
          Math.round(median(values.map(({ ours }) => ours))),
          Math.round(median(values.map(({ theirs }) => theirs))),
          show(ratios.median),
          between(ratios.interval),
          between(ratios.quartiles),
          between(ratios.range),
          wordFor(ratios),
        ];
      }),
    },
    {
      title: `${row}: each pair`,
      columns: ['pair', ...names],
      lines: pairs.map(({ ours, theirs }, n) => [
        n + 1,
        ...names.map((name) => show((ours[name] ?? 0) / (theirs[name] ?? 0))),
      ]),
    },
  ];
}

function wordFor({ median: ratio, interval }: PairedRatios): string {
  if (interval === undefined) return 'too few pairs';
  const percent = `${Math.abs((ratio - 1) * 100).toFixed(1)} %`;
  if (interval[0] > 1) return `**${percent} more**`;
  return interval[1] < 1 ? `**${percent} less**` : 'no difference seen';
}
