import { cpuTimesOf, type Pids } from '#bench/cpu-time.ts';

/** The measured time, and the CPU time that each process and this one took in it. */
export function createStopwatch(given: Pids) {
  const pids = { ...given, driver: process.pid };
  let from = Number.POSITIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  let before: Record<string, number> = {};
  let after: Record<string, number> = {};

  function start(): void {
    if (from !== Number.POSITIVE_INFINITY) return;
    before = cpuTimesOf(pids);
    from = performance.now();
  }

  return {
    start,
    stop(): void {
      if (to !== Number.POSITIVE_INFINITY) return;
      start();
      after = cpuTimesOf(pids);
      to = performance.now();
    },
    get isRunning() {
      return from !== Number.POSITIVE_INFINITY && to === Number.POSITIVE_INFINITY;
    },
    get isOver() {
      return to !== Number.POSITIVE_INFINITY;
    },
    covers: (at: number) => at >= from && at < to,
    get seconds() {
      return (to - from) / 1_000;
    },
    get cpu(): Record<string, number> {
      const names = Object.keys(pids);
      return Object.fromEntries(names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));
    },
  };
}
