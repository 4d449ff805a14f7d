import { checkNames, names, optionsOf, positive, positives } from './read-options.ts';
import { fleetRows, scaleRows } from './rows/all-rows.ts';
import { runRows } from './run-rows.ts';
import { quickSize, usualSize } from './sizes.ts';

const groups = [...fleetRows, ...scaleRows];
const known = groups.flatMap(({ names }) => names);
const great = {
  depths: [1_000, 100_000, 1_000_000],
  bindings: [1_000, 1_000_000, 10_000_000],
  history: [200_000, 10_000_000],
};

const command = optionsOf('bench:scale')
  .option('--rows <A,B>', `only these: ${known.join(', ')}`, names)
  .option(
    '--depths <A,B,C>',
    `waiting jobs; usually ${usualSize.depths.join(',')}, up to 1000000 (1 GB of Redis)`,
    positives,
  )
  .option(
    '--bindings <A,B,C>',
    `bindings in MongoDB; usually ${usualSize.bindings.join(',')}, up to 10000000 (some GB, some minutes)`,
    positives,
  )
  .option('--pages <N>', `pages waiting on one ingress; usually ${usualSize.pages}`, positive)
  .option('--great', 'all of it at the sizes of the promise: 1k to 1M jobs, 1k to 10M bindings', false)
  .option('--quick', 'small and short, to see that it works', false)
  .option('--save', 'keep the figures in docs/performance too', false)
  .parse();
const {
  rows = known,
  great: isGreat,
  quick,
  save,
  ...sizes
} = command.opts<{
  rows?: readonly string[];
  depths?: number[];
  bindings?: number[];
  pages?: number;
  great: boolean;
  quick: boolean;
  save: boolean;
}>();
checkNames(command, 'rows', rows, known);

await runRows({
  name: 'scale',
  groups,
  wanted: rows,
  size: { ...(quick ? quickSize : usualSize), ...(isGreat && great), ...sizes },
  save,
});
