import type { Queue } from 'bullmq';
import type { CapacityReading } from '#models/account/reports.ts';
import { within } from '#operations/deadline.ts';

/** Workers are restarted: no door opens and shuts for that. */
const patienceMs = 10_000;
/** Nothing was read for longer than this: Redis was away, and the workers could not tell. */
const readingGapMs = 3_000;
const askEachMs = 5_000;
const answerMs = 1_000;

export type WorkerPresence = ReturnType<typeof createWorkerPresence>;

/**
 * Whether anybody is there to work. A worker tells of itself each second; those of release 0.1.0 do not, so before the door
 * is held for want of workers BullMQ is asked, which knows their connections. Where it cannot be asked nobody is held.
 */
export function createWorkerPresence(deps: {
  queues: readonly Pick<Queue, 'getWorkersCount'>[];
  onChange?: (isNobodyThere: boolean) => void;
}) {
  const { queues, onChange = () => {} } = deps;
  const live = new Map<number, number>();
  let lastSeen: number | undefined;
  let lastReading = 0;
  let lastAsked = Number.NEGATIVE_INFINITY;
  let isNobodyThere = false;

  function tell(isNow: boolean): void {
    if (isNow !== isNobodyThere) onChange(isNow);
    isNobodyThere = isNow;
  }

  async function ask(): Promise<void> {
    try {
      const counts = await within(answerMs, Promise.all(queues.map((queue) => queue.getWorkersCount())));
      tell(counts.every((count) => count === 0));
    } catch {
      tell(false);
    }
  }

  return {
    /** Of one shard; every worker works for all of them. */
    note(shard: number, { now, liveWorkers }: Pick<CapacityReading, 'now' | 'liveWorkers'>): void {
      live.set(shard, liveWorkers);
      // A replica that took over may have a clock that is minutes behind: what was noted by the old one is no measure.
      if (now - lastReading > readingGapMs || lastReading - now > patienceMs) {
        lastSeen = now;
        lastAsked = Number.NEGATIVE_INFINITY;
      }
      lastReading = now;
      if (liveWorkers > 0) {
        lastSeen = now;
        tell(false);
        return;
      }
      if (now - (lastSeen ?? now) <= patienceMs || now - lastAsked < askEachMs) return;
      lastAsked = now;
      void ask();
    },
    isNobodyThere: (): boolean => isNobodyThere,
    /** When a worker told of itself last, ms of Redis's clock; undefined while one does. */
    goneSince: (): number | undefined =>
      [...live.values()].some((count) => count > 0) ? undefined : lastSeen,
    /** Worker processes that tell of themselves. */
    count: (): number => Math.max(0, ...live.values()),
  };
}
