import { markdownTable } from 'markdown-table';
import type { Findings, Row, Table } from '#bench/rows/bench.ts';
import { ourNames, peerNames } from '#bench/subjects/names.ts';
import { judge } from './judge.ts';
import { ratioTable } from './ratios.ts';

export type Machine = Readonly<Record<string, string | number>>;

/** The whole report; what must be reached stands last, where a person who ran it looks first. */
export function toMarkdown(findings: Findings, machine: Machine): string {
  const { rows = [], rounds = [], tables = [], facts } = findings;
  const parts = [
    '# Measured',
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' · '),
    ...(rows.length > 0 ? [tableOf(rowTable(rows))] : []),
    ...(rounds.length > 0
      ? [tableOf(ratioTable(rounds, Object.values(ourNames), Object.values(peerNames)))]
      : []),
    ...tables.map(tableOf),
    // A comparison of two checkouts has neither.
    ...(rows.length > 0 || facts ? [tableOf(judge(findings))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowTable(rows: readonly Row[]): Table {
  const latencies = (row: Row, of: 'callbackToHost' | 'callback') => {
    const summary = row[of];
    return summary ? [summary.p50, summary.p90, summary.p99, summary.max].join(' / ') : '–';
  };
  const percent = (share: number | undefined) => (share === undefined ? '–' : `${Math.round(share * 100)} %`);
  return {
    title:
      'Rows (latencies in ms: p50 / p90 / p99 / max; CPU time in µs of one login or other unit; direct: the callback led to the host)',
    columns: [
      'row',
      'subject',
      'a second',
      'callback → host',
      'callback answered',
      'direct',
      'answered otherwise, p99',
      '503',
      'CPU with stores',
      'CPU by process',
      'lost',
    ],
    lines: rows.map((row) => [
      row.row,
      row.subject,
      row.rate,
      latencies(row, 'callbackToHost'),
      latencies(row, 'callback'),
      row.own === undefined ? '–' : percent(row.directShare),
      row.directShare === 1 ? '–' : (row.callbackToPage?.p99 ?? '–'),
      row.turnedAway ?? '–',
      row.own ?? '–',
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
