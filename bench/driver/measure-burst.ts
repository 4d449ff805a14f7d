import { setTimeout as sleep } from 'node:timers/promises';
import type { LoginTimes } from './log-in.ts';
import { closedLoop, openLoop } from './loops.ts';
import type { Measured } from './measure.ts';
import { createStopwatch } from './stopwatch.ts';
import { createTally } from './tally.ts';
import type { DriverTask } from './task.ts';

const warmingPeople = 100;
const patienceMs = 60_000;

/** Everybody counts, and the time until the last one is done. Before it a calm load, so that the driver itself is warm. */
export async function measureBurst(
  task: DriverTask,
  rate: number,
  action: () => Promise<LoginTimes>,
): Promise<Measured> {
  const { warmUp, measureMs, pids } = task;
  const watch = createStopwatch(pids);
  const tally = createTally();
  const people = Math.round((rate * measureMs) / 1_000);

  let warming = 0;
  const until = performance.now() + warmUp.ms;
  const isWarm = () => warming >= warmUp.count || performance.now() > until;
  await closedLoop(warmingPeople, isWarm, async () => {
    warming += 1;
    await action().catch(() => {});
  });

  const waiting = new Set<number>();
  let count = 0;
  async function one(scheduled: number): Promise<void> {
    waiting.add(scheduled);
    try {
      tally.done(await action(), scheduled);
      count += 1;
    } catch (error) {
      tally.failed(error);
    }
    waiting.delete(scheduled);
  }
  watch.start();
  const isGivenUp = () => watch.isOver;
  await Promise.race([openLoop(rate, isGivenUp, one, people), sleep(measureMs + patienceMs)]);
  watch.stop();
  for (const scheduled of waiting) tally.unserved(scheduled, patienceMs);
  return { count, seconds: watch.seconds, cpu: watch.cpu, ...tally.result };
}
