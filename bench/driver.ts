import { once } from 'node:events';
import { type Measured, measure } from './driver/measure.ts';
import type { DriverTask } from './driver/task.ts';

/** A process of its own, so that the load's own CPU time is told apart: takes one task, answers with its result, ends. */
process.once('disconnect', () => process.exit());
const [task] = (await once(process, 'message')) as [DriverTask];
process.send?.((await measure(task)) satisfies Measured, () => process.exit());
