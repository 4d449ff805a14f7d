import { createAction } from './action.ts';
import { measureBurst } from './measure-burst.ts';
import { measureSteady } from './measure-steady.ts';
import type { Tallied } from './tally.ts';
import type { DriverTask } from './task.ts';

export type Measured = Tallied & {
  /** Done within the measured time. */
  readonly count: number;
  readonly seconds: number;
  /** µs, by process. */
  readonly cpu: Record<string, number>;
};

/** Runs the load. */
export async function measure(task: DriverTask): Promise<Measured> {
  const action = await createAction(task);
  return 'burst' in task.load
    ? measureBurst(task, task.load.burst, action)
    : measureSteady(task, task.load, action);
}
