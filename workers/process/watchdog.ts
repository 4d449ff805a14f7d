import type { Queue } from 'bullmq';
import type { Logger } from 'pino';

const lookEachMs = 5_000;
const slowAnswerMs = 1_000;

export type Watchdog = ReturnType<typeof startWatchdog>;

/**
 * Notices a worker that silently stopped consuming: jobs wait, Redis answers and takes writes, and for `patienceMs` this
 * process has taken none. BullMQ's own isRunning() stays true then (bullmq#4585, #3088); a new process is the only cure known
 * to work.
 */
export function startWatchdog(deps: {
  queue: Pick<Queue, 'getJobCounts' | 'isPaused'>;
  patienceMs: number;
  /** Redis takes no writes at the moment: a look, which only reads, does not notice. */
  isRefused: () => boolean;
  /** Ends the process, with a fatal line of these. */
  onStuck: (why: string, told: object) => void;
  log: Logger;
  now?: () => number;
}) {
  const { queue, patienceMs, isRefused, onStuck, log, now = Date.now } = deps;
  let running = 0;
  let lastSign = now();
  let lastLook = now();
  let isLooking = false;

  async function look(): Promise<void> {
    // A worker that has jobs in hand may be waiting for WeChat: it is alive.
    if (running > 0) lastSign = now();
    const asked = now();
    const [{ wait = 0, prioritized = 0 }, isPaused] = await Promise.all([
      queue.getJobCounts('wait', 'prioritized'),
      // A paused queue's jobs count as waiting (BullMQ 6).
      queue.isPaused(),
    ]);
    // Redis was away meanwhile, or this process was suspended: nobody could take anything.
    const wasAway = now() - asked > slowAnswerMs || asked - lastLook > 2 * lookEachMs;
    lastLook = now();
    if (wait + prioritized === 0 || isPaused || wasAway || isRefused()) lastSign = now();
    if (now() - lastSign <= patienceMs) return;
    onStuck('this worker takes no jobs any more', { waiting: wait + prioritized });
  }
  /** One look at a time: while Redis is away for hours they must not gather. */
  function lookInTurn(): void {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error) => log.warn({ err: error }, 'queue not read'))
      .finally(() => {
        isLooking = false;
      });
  }
  const timer = setInterval(lookInTurn, lookEachMs);

  return {
    /** Wraps the processor: a job that is taken is a sign of life. */
    watch<A extends unknown[], R>(process: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
      return async (...args) => {
        running += 1;
        lastSign = now();
        try {
          return await process(...args);
        } finally {
          running -= 1;
        }
      };
    },
    close: () => clearInterval(timer),
  };
}
