import os from 'node:os';
import path from 'node:path';
import { describeMachine } from '#bench/report/machine.ts';
import { saveReport } from '#bench/report/save.ts';
import type { Table } from '#bench/rows/bench.ts';
import { openSetting, setLatency } from '#bench/setting.ts';
import { thisCheckout } from '#bench/subjects/checkout.ts';
import type { Setting } from '#bench/subjects/setting.ts';
import type { Us } from '#bench/subjects/us.ts';
import { pairedRatios } from './paired-ratios.ts';
import { type ComparedRow, type ComparedSize, comparedRows, turnNames } from './rows.ts';
import { tablesOf } from './tables.ts';
import { type Pair, takeTurns } from './take-turns.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Measures this tree and another, turn by turn, on the same stores with the same driver; prints and keeps their ratios. */
export async function compareCheckouts(options: {
  other: string;
  rows: readonly string[];
  /** Starts of both trees: what V8 makes of their code is another thing each time. */
  launches: number;
  /** Pairs of each launch. */
  rounds: number;
  size: ComparedSize;
}): Promise<void> {
  const { other, rows, launches, rounds, size } = options;
  const [loadBefore = 0] = os.loadavg();
  const tables: Table[] = [];
  say(`this: ${thisCheckout}\nother: ${other}`);
  for (const [name, row] of Object.entries(comparedRows).filter(([one]) => rows.includes(one))) {
    const crowds = row.isOfPeople ? size.people : size.people.slice(0, 1);
    const launched: Pair[][][] = [];
    for (let launch = 0; launch < launches; launch += 1) {
      say(`${name}, launch ${launch + 1} of ${launches}:`);
      launched.push(await launchBoth(row, { other, rounds, size, crowds, isOursFirst: launch % 2 === 0 }));
    }
    for (const [n, people] of crowds.entries()) {
      const title = `${name}, ${people} people`;
      const pairs = launched.map((launch) => launch[n] ?? []);
      if (pairs.flat().length === 0) throw new Error(`${title}: in no pair all went well.`);
      tables.push(...tablesOf(title, pairs));
    }
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = path.join(import.meta.dirname, '../results', `against-${stamp}`);
  const markdown = await saveReport(folder, 'against', { tables }, describeMachine(loadBefore));
  process.stdout.write(`\n${markdown}\n`);
  say(`Kept in ${path.relative(process.cwd(), folder)}.`);
}

/** Starts both trees anew, each with code that V8 has yet to compile, and takes their turns: the pairs of each crowd. */
async function launchBoth(
  row: ComparedRow,
  options: {
    other: string;
    rounds: number;
    size: ComparedSize;
    crowds: readonly number[];
    isOursFirst: boolean;
  },
): Promise<Pair[][]> {
  const { other, rounds, size, crowds, isOursFirst } = options;
  await using setting = await openSetting(() => {});
  await setLatency(setting, 0, 0);
  await using ours = await row.start(setting, thisCheckout, turnNames.ours);
  await using theirs = await row.start(setting, other, turnNames.theirs);
  for (const us of isOursFirst ? [ours, theirs] : [theirs, ours]) await row.warmUp(setting, us, size, say);
  await setLatency(setting, ...row.latency);
  const pairs: Pair[][] = [];
  for (const people of crowds) {
    say(`${people} people:`);
    const turns = {
      ours: () => turn(row, setting, ours, size, people),
      theirs: () => turn(row, setting, theirs, size, people),
    };
    pairs.push(await takeTurns(rounds, turns, sayRatios));
  }
  return pairs;
}

function sayRatios(pair: Pair): void {
  const figures = Object.entries(pairedRatios([pair])).map(
    ([name, ratio]) => `${name} ${ratio.toFixed(2)} ×`,
  );
  say(`  ${figures.join(', ')}`);
}

async function turn(row: ComparedRow, setting: Setting, us: Us, size: ComparedSize, people: number) {
  const measured = await row.turn(setting, us, size, people);
  if (measured.failures === 0 && measured.count > 0) return row.figuresOf(measured);
  say(`  not counted: ${measured.failures} failures with ${us.prefix}, the first: ${measured.firstFailure}`);
  return undefined;
}
