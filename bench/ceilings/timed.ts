import { cpuTimesOf } from '#bench/cpu-time.ts';
import type { CeilingResult, CeilingTask } from './task.ts';

/** Rate and CPU time of some work on `count` things, this process's own included. */
export async function timed(task: CeilingTask, work: () => Promise<unknown>): Promise<CeilingResult> {
  const pids = { ...task.pids, itself: process.pid };
  const before = cpuTimesOf(pids);
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const after = cpuTimesOf(pids);
  const cpu = Object.fromEntries(
    Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]),
  );
  return { count: task.count, seconds, cpu };
}
