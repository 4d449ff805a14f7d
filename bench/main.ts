import { parseArgs } from 'node:util';
import { benchRows, scaleRows } from './rows/all-rows.ts';
import { runRows } from './run-rows.ts';
import { quickSize, usualSize } from './sizes.ts';

const groups = [...benchRows, ...scaleRows];
const usage = `npm run bench -- [options]
  --rows A,B     only these: ${groups.flatMap(({ names }) => names).join(', ')}
  --quick        small and short, to see that it works
  --rounds N     turns each subject gets in the login rows; the middle one counts
  --seconds N    of one turn
  --save         keep the figures in docs/performance too
`;
const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else {
  const size = values.quick ? quickSize : usualSize;
  await runRows({
    name: 'bench',
    groups,
    wanted: values.rows?.split(','),
    size: {
      ...size,
      ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
      ...(values.seconds !== undefined && { measureMs: Number(values.seconds) * 1_000 }),
    },
    save: values.save,
  });
}
