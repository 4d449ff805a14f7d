import os from 'node:os';
import path from 'node:path';
import { describeMachine } from '#bench/report/machine.ts';
import { saveReport } from '#bench/report/save.ts';
import type { Table } from '#bench/rows/bench.ts';
import { openSetting, setLatency } from '#bench/setting.ts';
import { thisCheckout } from '#bench/subjects/checkout.ts';
import type { Setting } from '#bench/subjects/setting.ts';
import type { Us } from '#bench/subjects/us.ts';
import { type ComparedRow, type ComparedSize, comparedRows, turnNames } from './rows.ts';
import { tablesOf } from './tables.ts';
import { takeTurns } from './take-turns.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Measures this tree and another, turn by turn, on the same stores with the same driver; prints and keeps their ratios. */
export async function compareCheckouts(options: {
  other: string;
  rows: readonly string[];
  rounds: number;
  size: ComparedSize;
}): Promise<void> {
  const { other, rows, rounds, size } = options;
  const [loadBefore = 0] = os.loadavg();
  const tables: Table[] = [];
  say(`this: ${thisCheckout}\nother: ${other}`);
  for (const [name, row] of Object.entries(comparedRows).filter(([one]) => rows.includes(one))) {
    await using setting = await openSetting(() => {});
    await setLatency(setting, 0, 0);
    await using ours = await row.start(setting, thisCheckout, turnNames.ours);
    await using theirs = await row.start(setting, other, turnNames.theirs);
    for (const us of [ours, theirs]) await row.warmUp(setting, us, size, say);
    await setLatency(setting, ...row.latency);
    for (const people of row.isOfPeople ? size.people : size.people.slice(0, 1)) {
      const title = `${name}, ${people} people`;
      say(`${title}:`);
      const turns = {
        ours: () => turn(row, setting, ours, size, people),
        theirs: () => turn(row, setting, theirs, size, people),
      };
      const pairs = await takeTurns(rounds, turns, (pair) => {
        const figures = Object.keys(pair.ours).map((figure) => [
          figure,
          (pair.ours[figure] ?? 0) / (pair.theirs[figure] ?? 0),
        ]);
        say(`  ${figures.map(([figure, ratio]) => `${figure} ${Number(ratio).toFixed(2)} ×`).join(', ')}`);
      });
      if (pairs.length === 0) throw new Error(`${title}: in no pair all went well.`);
      tables.push(...tablesOf(title, pairs));
    }
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = path.join(import.meta.dirname, '../results', `against-${stamp}`);
  const markdown = await saveReport(folder, 'against', { tables }, describeMachine(loadBefore));
  process.stdout.write(`\n${markdown}\n`);
  say(`Kept in ${path.relative(process.cwd(), folder)}.`);
}

async function turn(row: ComparedRow, setting: Setting, us: Us, size: ComparedSize, people: number) {
  const measured = await row.turn(setting, us, size, people);
  if (measured.failures === 0 && measured.count > 0) return row.figuresOf(measured);
  say(`  not counted: ${measured.failures} failures with ${us.prefix}, the first: ${measured.firstFailure}`);
  return undefined;
}
