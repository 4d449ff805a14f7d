import path from 'node:path';
import { Option } from 'commander';
import { compareCheckouts } from './against/compare-checkouts.ts';
import { comparedRows, usualComparedRows } from './against/rows.ts';
import { checkNames, names, optionsOf, positive, positives } from './read-options.ts';
import { benchRows, fleetRows, scaleRows } from './rows/all-rows.ts';
import type { RowGroup } from './rows/bench.ts';
import { runRows } from './run-rows.ts';
import { quickSize, usualSize } from './sizes.ts';
import { subjectNames } from './subjects/all-subjects.ts';
import { checkCheckout } from './subjects/checkout.ts';

const usualGroups = [...benchRows, ...scaleRows];
const groups = [...usualGroups, ...fleetRows];
const namesOf = (of: readonly RowGroup[]) => of.flatMap((group) => group.names);
const [allRows, againstRows] = [namesOf(groups), Object.keys(comparedRows)];
const against = { launches: 6, rounds: 4, seconds: 3, people: [100, 300] };

const command = optionsOf('bench')
  .option(
    '--rows <A,B>',
    `only these: ${allRows.join(', ')}; with --against: ${againstRows.join(', ')}`,
    names,
  )
  .option(
    '--subjects <A,B>',
    `in the login rows only these: ${subjectNames.join(', ')} (ours apart and in one process, the peers)`,
    names,
    subjectNames,
  )
  .option('--quick', 'small and short, to see that it works', false)
  .option(
    '--rounds <N>',
    `turns each subject gets in the login rows; the middle one counts. With --against: pairs of a launch (${against.rounds})`,
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
  .option(
    '--launches <N>',
    'with --against: how often both are started anew; six are the least that tell a difference',
    positive,
    against.launches,
  )
  .option('--people <N,M>', 'with --against: who log in at once', positives, against.people)
  .parse();
const options = command.opts<{
  rows?: readonly string[];
  subjects: readonly string[];
  quick: boolean;
  rounds?: number;
  seconds?: number;
  save: boolean;
  against?: string;
  launches: number;
  people: readonly number[];
}>();
const [known, usual] =
  options.against === undefined
    ? [allRows, namesOf(usualGroups)]
    : [againstRows, Object.keys(usualComparedRows)];
const { rows = usual } = options;
checkNames(command, 'rows', rows, known);
checkNames(command, 'subjects', options.subjects, subjectNames);
const size = options.quick ? quickSize : usualSize;

if (options.against === undefined) {
  await runRows({
    name: 'bench',
    groups,
    wanted: rows,
    subjects: options.subjects,
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
    launches: options.quick ? 1 : options.launches,
    rounds: options.rounds ?? quick.rounds,
    size: {
      warmUp: size.warmUp,
      pipesFull: size.pipesFull,
      measureMs: (options.seconds ?? quick.seconds) * 1_000,
      people: options.people,
      callbacks: options.quick ? 600 : 3_000,
    },
  });
}
