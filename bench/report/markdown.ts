import type { Findings, Row, Table } from '#bench/rows/bench.ts';
import { judge } from './ratios.ts';

export type Machine = Readonly<Record<string, string | number>>;

/** The whole report. `pictures` are file names beside it. */
export function toMarkdown(findings: Findings, machine: Machine, pictures: readonly string[]): string {
  const { rows = [], tables = [] } = findings;
  const parts = [
    '# Measured',
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' · '),
    tableOf(judge(findings)),
    ...(rows.length > 0 ? [tableOf(rowTable(rows))] : []),
    ...pictures.map((file) => `![${file.replace('.svg', '')}](${file})`),
    ...tables.map(tableOf),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowTable(rows: readonly Row[]): Table {
  const figures = (row: Row, of: 'callbackToReady' | 'callback') => {
    const summary = row[of];
    return summary ? [summary.p50, summary.p90, summary.p99, summary.max].join(' / ') : '–';
  };
  return {
    title: 'Rows (latencies in ms: p50 / p90 / p99 / max; CPU time in µs per unit)',
    columns: [
      'row',
      'subject',
      'a second',
      'callback → ready',
      'callback answered',
      'CPU by process',
      'lost',
    ],
    lines: rows.map((row) => [
      row.row,
      row.subject,
      row.rate,
      figures(row, 'callbackToReady'),
      figures(row, 'callback'),
      Object.entries(row.cpu)
        .map(([name, time]) => `${name} ${time}`)
        .join(', '),
      row.failures === 0 ? 0 : `${row.failures} (${row.firstFailure})`,
    ]),
  };
}

export function tableOf({ title, columns, lines }: Table): string {
  const cells = [columns, ...lines].map((line) => line.map((cell) => String(cell).replaceAll('|', '\\|')));
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0), 3));
  const print = (line: readonly string[]) =>
    `| ${widths.map((width, at) => (line[at] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = widths.map((width) => '-'.repeat(width));
  return [`## ${title}`, '', print(head), print(rule), ...body.map(print)].join('\n');
}
