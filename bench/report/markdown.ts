import { markdownTable } from 'markdown-table';
import type { Findings, Row, Table } from '#bench/rows/bench.ts';
import { judge } from './ratios.ts';

export type Machine = Readonly<Record<string, string | number>>;

/** The whole report. */
export function toMarkdown(findings: Findings, machine: Machine): string {
  const { rows = [], tables = [], facts } = findings;
  const parts = [
    '# Measured',
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' · '),
    // A comparison of two checkouts has neither.
    ...(rows.length > 0 || facts ? [tableOf(judge(findings))] : []),
    ...(rows.length > 0 ? [tableOf(rowTable(rows))] : []),
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
  const cells = [columns, ...lines].map((line) => line.map(String));
  return `## ${title}\n\n${markdownTable(cells)}`;
}
