import pLimit from 'p-limit';
import { type AdaptiveConcurrency, startAdaptiveConcurrency } from '#workers/process/adaptive-concurrency.ts';

/** What of a BullMQ worker is needed here. */
export type ShardWorker = { concurrency: number; close(): Promise<void> };
export type CountJobs = <A extends unknown[], R>(
  process: (...args: A) => Promise<R>,
) => (...args: A) => Promise<R>;

/**
 * One worker for each shard, and one governor for all: however many shards there are, the process works on no more jobs at
 * once than it may. Each shard may take its part of what is free beside what it holds, so that one with all the traffic
 * comes to have nearly all of it; the few that are taken too many wait for their turn.
 */
export function startShards<W extends ShardWorker>(deps: {
  shards: number;
  /** WORKER_CONCURRENCY. */
  most: number;
  /** `count` is to be wrapped around the worker's processor. */
  start: (shard: number, options: { concurrency: number; count: CountJobs }) => W;
  governor?: AdaptiveConcurrency;
}) {
  const { shards, most, start } = deps;
  const governor = deps.governor ?? startAdaptiveConcurrency({ most });
  const turn = pLimit(governor.current);
  const inHand = Array.from({ length: shards }, () => 0);
  const shareOf = (shard: number) => {
    const free = Math.max(governor.current - inHand.reduce((sum, count) => sum + count, 0), 0);
    // BullMQ wants at least one.
    return Math.max((inHand[shard] ?? 0) + Math.ceil(free / shards), 1);
  };

  const workers = inHand.map((_, shard) => {
    const note = (change: 1 | -1) => {
      inHand[shard] = (inHand[shard] ?? 0) + change;
      const worker = workers[shard];
      if (worker !== undefined) worker.concurrency = shareOf(shard);
    };
    const count: CountJobs = (process) => {
      const work = governor.count(process);
      return async (...args) => {
        note(1);
        try {
          return await (shards === 1 ? work(...args) : turn(() => work(...args)));
        } finally {
          note(-1);
        }
      };
    };
    return start(shard, { concurrency: shareOf(shard), count });
  });
  governor.onChange((concurrency) => {
    turn.concurrency = concurrency;
    for (const [shard, worker] of workers.entries()) worker.concurrency = shareOf(shard);
  });

  return {
    /** All stop to take jobs at once, and finish those in hand. */
    async close(): Promise<void> {
      governor.close();
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
