import { setTimeout as sleep } from 'node:timers/promises';
import type { LoginTimes } from './log-in.ts';
import { closedLoop, openLoop } from './loops.ts';
import type { Measured } from './measure.ts';
import { createStopwatch } from './stopwatch.ts';
import { createTally } from './tally.ts';
import type { DriverTask } from './task.ts';

const mostFailures = 1_000;
const patienceMs = 30_000;

/** Percentiles are of what was done (closed loop) or was due (open loop) within the measured time. */
export async function measureSteady(
  task: DriverTask,
  load: { readonly clients: number } | { readonly rate: number },
  action: () => Promise<LoginTimes>,
): Promise<Measured> {
  const { warmUp, measureMs, most = Number.POSITIVE_INFINITY } = task;
  const watch = createStopwatch(task.pids);
  const tally = createTally();
  const unfinished = new Set<number>();
  let begun = 0;
  let ended = 0;
  let count = 0;

  function open(): void {
    if (watch.isRunning || watch.isOver) return;
    watch.start();
    setTimeout(watch.stop, measureMs);
  }
  const isOver = () => watch.isOver || tally.failures > mostFailures || begun >= most;

  async function one(scheduled?: number): Promise<void> {
    begun += 1;
    if (scheduled !== undefined) unfinished.add(scheduled);
    try {
      const times = await action();
      if (watch.covers(times.done)) count += 1;
      if (watch.covers(scheduled ?? times.done)) tally.done(times, scheduled);
    } catch (error) {
      tally.failed(error);
    }
    if (scheduled !== undefined) unfinished.delete(scheduled);
    ended += 1;
    if (ended >= warmUp.count) open();
  }

  setTimeout(open, warmUp.ms).unref();
  const loop = 'rate' in load ? openLoop(load.rate, isOver, one) : closedLoop(load.clients, isOver, one);
  // Who is not served by now waits for ever as far as the figures go.
  await Promise.race([loop, untilOver(isOver)]);
  watch.stop();
  for (const scheduled of unfinished) if (watch.covers(scheduled)) tally.unserved(scheduled, patienceMs);
  return { count, seconds: watch.seconds, cpu: watch.cpu, ...tally.result };
}

async function untilOver(isOver: () => boolean): Promise<void> {
  while (!isOver()) await sleep(50);
  await sleep(patienceMs);
}
