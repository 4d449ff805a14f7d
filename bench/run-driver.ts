import type { Measured } from './driver/measure.ts';
import type { DriverTask } from './driver/task.ts';
import { runInProcess } from './processes/run-in-process.ts';

/** Runs one measurement in a process of its own. */
export const runDriver = (task: DriverTask): Promise<Measured> =>
  runInProcess(new URL('driver.ts', import.meta.url), task);
