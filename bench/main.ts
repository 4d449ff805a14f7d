import path from 'node:path';
import { Option } from 'commander';
import { compareCheckouts } from './against/compare-checkouts.ts';
import { comparedRows } from './against/rows.ts';
import { checkRows, names, optionsOf, positive } from './read-options.ts';
import { benchRows, scaleRows } from './rows/all-rows.ts';
import { runRows } from './run-rows.ts';
import { quickSize, usualSize } from './sizes.ts';
import { checkCheckout } from './subjects/checkout.ts';

const groups = [...benchRows, ...scaleRows];
const [usualRows, againstRows] = [groups.flatMap((group) => group.names), Object.keys(comparedRows)];
const against = { rounds: 20, seconds: 3, people: 100 };

const command = optionsOf('bench')
  .option(
    '--rows <A,B>',
    `only these: ${usualRows.join(', ')}; with --against: ${againstRows.join(', ')}`,
    names,
  )
  .option('--quick', 'small and short, to see that it works', false)
  .option(
    '--rounds <N>',
    `turns each subject gets in the login rows; the middle one counts. With --against: pairs (${against.rounds})`,
    positive,
  )
  .option('--seconds <N>', `of one turn (with --against ${against.seconds})`, positive)
  .addOption(
    new Option('--save', 'keep the figures in docs/performance too').default(false).conflicts('against'),
  )
  .option(
    '--against <FOLDER>',
    'this tree and the checkout in that folder in turns, and the ratio of each pair of turns',
  )
  .option('--people <N>', 'with --against: who log in at once', positive, against.people)
  .parse();
const options = command.opts<{
  rows?: readonly string[];
  quick: boolean;
  rounds?: number;
  seconds?: number;
  save: boolean;
  against?: string;
  people: number;
}>();
const known = options.against === undefined ? usualRows : againstRows;
const { rows = known } = options;
checkRows(command, rows, known);
const size = options.quick ? quickSize : usualSize;

if (options.against === undefined) {
  await runRows({
    name: 'bench',
    groups,
    wanted: rows,
    size: {
      ...size,
      ...(options.rounds !== undefined && { rounds: options.rounds }),
      ...(options.seconds !== undefined && { measureMs: options.seconds * 1_000 }),
    },
    save: options.save,
  });
} else {
  const other = path.resolve(options.against);
  try {
    checkCheckout(other);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
  const quick = options.quick ? { rounds: 2, seconds: 1 } : against;
  await compareCheckouts({
    other,
    rows,
    rounds: options.rounds ?? quick.rounds,
    size: {
      warmUp: size.warmUp,
      measureMs: (options.seconds ?? quick.seconds) * 1_000,
      people: options.people,
      callbacks: options.quick ? 600 : 3_000,
    },
  });
}
