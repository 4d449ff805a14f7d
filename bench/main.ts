import { namesAmong, optionsOf, positive } from './read-options.ts';
import { benchRows, scaleRows } from './rows/all-rows.ts';
import { runRows } from './run-rows.ts';
import { quickSize, usualSize } from './sizes.ts';

const groups = [...benchRows, ...scaleRows];
const known = groups.flatMap(({ names }) => names);

const options = optionsOf('bench')
  .option('--rows <A,B>', `only these: ${known.join(', ')}`, namesAmong(known))
  .option('--quick', 'small and short, to see that it works', false)
  .option('--rounds <N>', 'turns each subject gets in the login rows; the middle one counts', positive)
  .option('--seconds <N>', 'of one turn', positive)
  .option('--save', 'keep the figures in docs/performance too', false)
  .parse()
  .opts<{ rows?: readonly string[]; quick: boolean; rounds?: number; seconds?: number; save: boolean }>();

await runRows({
  name: 'bench',
  groups,
  wanted: options.rows ?? known,
  size: {
    ...(options.quick ? quickSize : usualSize),
    ...(options.rounds !== undefined && { rounds: options.rounds }),
    ...(options.seconds !== undefined && { measureMs: options.seconds * 1_000 }),
  },
  save: options.save,
});
