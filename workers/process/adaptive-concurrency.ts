import { performance } from 'node:perf_hooks';

const judgedEachMs = 200;
/** Enough to keep a process busy while WeChat answers in its usual time. */
const atFirst = 32;
/** Parts of the time the event loop had work to do (waiting for a core counts). */
const atEase = 0.8;
const overworked = 0.95;
/** Of a job's size in the mean size of jobs. */
const weight = 0.1;

export type AdaptiveConcurrency = ReturnType<typeof startAdaptiveConcurrency>;

/**
 * How many logins a worker holds at once: more while it waits for WeChat, fewer while it waits for its own processor. Logins in
 * hand beyond that finish no sooner; they only wait here instead of in the queue, and are lost for seconds, each with a
 * code under way, when the process dies. Judged by event-loop utilization, as a congestion window is by round trips.
 */
export function startAdaptiveConcurrency(deps: {
  /** WORKER_CONCURRENCY. */
  most: number;
  /** Of the event loop since it was last asked, 0 to 1. */
  utilization?: () => number;
  everyMs?: number;
}) {
  const { most, utilization = sinceLastAsked(), everyMs = judgedEachMs } = deps;
  const least = Math.min(atFirst, most);
  const applied: ((concurrency: number) => void)[] = [];
  let current = least;
  let inHand = 0;
  let meanSize = 1;

  /** Jobs come with as many logins as the last ones had: another is taken when half of it finds room. */
  const room = () => Math.max(Math.round((current - inHand) / meanSize), 0);

  function judge(): void {
    const busy = utilization();
    const isFull = room() === 0;
    if (busy > overworked) current = Math.max(Math.floor(current * 0.9), least);
    else if (busy < atEase && isFull) current = Math.min(Math.ceil(current * 1.5), most);
    for (const apply of applied) apply(current);
  }
  const timer = setInterval(judge, everyMs);

  return {
    get current(): number {
      return current;
    },
    /** Jobs that may be taken beside those in hand. */
    room,
    /** Told at once and after every judgement. */
    onChange(apply: (concurrency: number) => void): void {
      applied.push(apply);
      apply(current);
    },
    /** A job of so many logins was taken. */
    take(logins: number): void {
      inHand += logins;
      meanSize += (logins - meanSize) * weight;
    },
    /** So many logins are not in hand any more. */
    leave(logins: number): void {
      inHand -= logins;
    },
    close: () => clearInterval(timer),
  };
}

function sinceLastAsked(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
