import type { Row } from '#bench/rows/bench.ts';
import { type Bar, barChart } from './bar-chart.ts';

/** The plots of a run, by file name. */
export function drawPictures(rows: readonly Row[]): Record<string, string> {
  const withLogins = rows.filter(({ row }) => /^(closed|open)-/.test(row));
  if (withLogins.length === 0) return {};
  const bars = (parts: (row: Row) => Bar['parts'], of = withLogins) =>
    of.map((row) => ({ label: `${row.row} ${row.subject.split(',')[0]}`, parts: parts(row) }));
  const open = withLogins.filter(({ row }) => row.startsWith('open-'));
  return {
    'rate.svg': barChart(
      'Full logins a second',
      '/s',
      bars(({ rate }) => [{ name: 'rate', value: rate }]),
    ),
    'cpu.svg': barChart(
      'CPU time of one login, by process',
      'µs',
      bars(({ cpu }) => Object.entries(cpu).map(([name, value]) => ({ name, value }))),
    ),
    'ready.svg': barChart(
      'Callback → ready, p99',
      'ms',
      bars(({ callbackToReady }) => [{ name: 'p99', value: callbackToReady?.p99 ?? 0 }]),
    ),
    ...(open.length > 0 && {
      'callback.svg': barChart(
        'Callback answered, WeChat at 150±50 ms, p99',
        'ms',
        bars(({ callback }) => [{ name: 'p99', value: callback?.p99 ?? 0 }], open),
      ),
    }),
  };
}
