import { parseArgs } from 'node:util';
import { scaleRows } from './rows/all-rows.ts';
import { runRows } from './run-rows.ts';
import { quickSize, usualSize } from './sizes.ts';

const usage = `npm run bench:scale -- [options]
  --rows A,B         only these: ${scaleRows.flatMap(({ names }) => names).join(', ')}
  --depths A,B,C     waiting jobs; usually ${usualSize.depths.join(',')}, up to 1000000 (1 GB of Redis)
  --bindings A,B,C   bindings in MongoDB; usually ${usualSize.bindings.join(',')}, up to 10000000 (some GB, some minutes)
  --pages N          pages waiting on one ingress; usually ${usualSize.pages}
  --great            all of it at the sizes of the promise: 1k to 1M jobs, 1k to 10M bindings
  --quick            small and short, to see that it works
  --save             keep the figures in docs/performance too
`;
const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    depths: { type: 'string' },
    bindings: { type: 'string' },
    pages: { type: 'string' },
    great: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const numbers = (list: string) => list.split(',').map(Number);
if (values.help) process.stdout.write(usage);
else
  await runRows({
    name: 'scale',
    groups: scaleRows,
    wanted: values.rows?.split(','),
    size: {
      ...(values.quick ? quickSize : usualSize),
      ...(values.great && { depths: [1_000, 100_000, 1_000_000], bindings: [1_000, 1_000_000, 10_000_000] }),
      ...(values.depths !== undefined && { depths: numbers(values.depths) }),
      ...(values.bindings !== undefined && { bindings: numbers(values.bindings) }),
      ...(values.pages !== undefined && { pages: Number(values.pages) }),
    },
    save: values.save,
  });
