import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimesOf } from '#bench/cpu-time.ts';
import { createAction } from './action.ts';
import type { LoginTimes } from './log-in.ts';
import { closedLoop, openLoop } from './loops.ts';
import { type Summary, summarise } from './summary.ts';
import type { DriverTask } from './task.ts';

export type Measured = {
  /** Done within the measured time. */
  readonly count: number;
  readonly seconds: number;
  readonly failures: number;
  readonly firstFailure: string | undefined;
  readonly callbackToReady: Summary;
  readonly callback: Summary;
  readonly whole: Summary;
  /** µs, by process. */
  readonly cpu: Record<string, number>;
};

const mostFailures = 1_000;
const patienceMs = 30_000;

/** Runs the load. Percentiles are of what was done (closed loop) or was due (open loop) within the measured time. */
export async function measure(task: DriverTask): Promise<Measured> {
  const { load, warmUp, measureMs, most = Number.POSITIVE_INFINITY } = task;
  const isOpen = 'rate' in load;
  const pids = { ...task.pids, driver: process.pid };
  const action = await createAction(task);
  const series = { callbackToReady: [] as number[], callback: [] as number[], whole: [] as number[] };
  const unfinished = new Set<number>();
  let begun = 0;
  let done = 0;
  let count = 0;
  let failures = 0;
  let firstFailure: string | undefined;
  const start = performance.now();
  let from = Number.POSITIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  let before: Record<string, number> = {};
  let after: Record<string, number> = {};

  function open(): void {
    if (from !== Number.POSITIVE_INFINITY) return;
    before = cpuTimesOf(pids);
    from = performance.now();
    setTimeout(close, measureMs);
  }
  function close(): void {
    if (to !== Number.POSITIVE_INFINITY) return;
    open();
    after = cpuTimesOf(pids);
    to = performance.now();
  }
  const isOver = () => to !== Number.POSITIVE_INFINITY || failures > mostFailures || begun >= most;
  const isWithin = (at: number) => at >= from && at < to;

  function note(times: LoginTimes, scheduled: number | undefined): void {
    if (isWithin(times.done)) count += 1;
    if (!isWithin(scheduled ?? times.done)) return;
    // What the driver itself began late is not to look fast.
    const late = scheduled === undefined ? 0 : times.begun - scheduled;
    series.callbackToReady.push(times.done - times.calledBack + late);
    series.callback.push(times.callbackAnswered - times.calledBack + late);
    series.whole.push(times.done - times.begun + late);
  }

  async function one(scheduled?: number): Promise<void> {
    begun += 1;
    if (scheduled !== undefined) unfinished.add(scheduled);
    try {
      note(await action(), scheduled);
    } catch (error) {
      failures += 1;
      firstFailure ??= String(error);
    }
    if (scheduled !== undefined) unfinished.delete(scheduled);
    done += 1;
    if (done >= warmUp.count) open();
  }

  setTimeout(open, Math.max(start + warmUp.ms - performance.now(), 0)).unref();
  const loop = isOpen ? openLoop(load.rate, isOver, one) : closedLoop(load.clients, isOver, one);
  // Who is not served by now waits for ever as far as the figures go; he counts with the time he has waited.
  await Promise.race([loop, untilOver(isOver)]);
  close();
  for (const scheduled of unfinished) {
    if (!isWithin(scheduled)) continue;
    failures += 1;
    firstFailure ??= `not served within ${patienceMs / 1_000} s`;
    series.callbackToReady.push(performance.now() - scheduled);
    series.callback.push(performance.now() - scheduled);
  }
  return {
    count,
    seconds: (to - from) / 1_000,
    failures,
    firstFailure,
    callbackToReady: summarise(series.callbackToReady),
    callback: summarise(series.callback),
    whole: summarise(series.whole),
    cpu: Object.fromEntries(
      Object.keys(pids).map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]),
    ),
  };
}

async function untilOver(isOver: () => boolean): Promise<void> {
  while (!isOver()) await sleep(50);
  await sleep(patienceMs);
}
