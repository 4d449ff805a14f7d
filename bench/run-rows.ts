import os from 'node:os';
import path from 'node:path';
import { describeMachine } from './report/machine.ts';
import { saveReport } from './report/save.ts';
import type { Findings, Row, RowGroup, Size, Table } from './rows/bench.ts';
import { openSetting } from './setting.ts';
import { subjectNames } from './subjects/all-subjects.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Measures the wanted rows one after the other, prints the table and keeps it. A row that fails leaves the others standing. */
export async function runRows(options: {
  name: string;
  groups: readonly RowGroup[];
  wanted: readonly string[];
  size: Size;
  subjects?: readonly string[];
  save: boolean;
}): Promise<void> {
  const { name, groups, size, subjects = subjectNames } = options;
  const wanted = new Set(options.wanted);

  const [loadBefore = 0] = os.loadavg();
  const rows: Row[] = [];
  const rounds: Row[] = [];
  const tables: Table[] = [];
  const facts: Record<string, number> = {};
  for (const group of groups.filter(({ names }) => names.some((row) => wanted.has(row)))) {
    say(`${group.names.filter((row) => wanted.has(row)).join(', ')}:`);
    try {
      // Stores of its own for each group: what one leaves behind is not to slow the next.
      await using setting = await openSetting(() => {});
      const found: Findings = await group.measure({ setting, size, subjects, say }, wanted);
      rows.push(...(found.rows ?? []));
      rounds.push(...(found.rounds ?? []));
      tables.push(...(found.tables ?? []));
      Object.assign(facts, found.facts);
    } catch (error) {
      say(`  failed: ${error instanceof Error ? error.stack : error}`);
      process.exitCode = 1;
    }
  }
  const findings = { rows, rounds, tables, facts };
  const machine = describeMachine(loadBefore);
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = path.join(import.meta.dirname, 'results', `${name}-${stamp}`);
  const markdown = await saveReport(folder, name, findings, machine);
  if (options.save) {
    const docs = path.join(import.meta.dirname, '../docs/performance');
    await saveReport(docs, name, findings, machine);
  }
  process.stdout.write(`\n${markdown}\n`);
  say(`Kept in ${path.relative(process.cwd(), folder)}${options.save ? ' and docs/performance' : ''}.`);
}
