import pLimit from 'p-limit';
import { type AdaptiveConcurrency, startAdaptiveConcurrency } from '#workers/process/adaptive-concurrency.ts';

/** What of a BullMQ worker is needed here. */
export type ShardWorker = {
  concurrency: number;
  pause(doNotWaitActive: boolean): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
};
/** Runs one login of a job when its turn has come. */
export type InTurn = <R>(login: () => Promise<R>) => Promise<R>;
/** Wraps the work on a job of so many logins. */
export type Hold = <R>(logins: number, work: (inTurn: InTurn) => Promise<R>) => Promise<R>;

/** BullMQ takes all that it may before it begins with the first, and how many logins they have is known only then. */
const mostTakenAtOnce = 8;
/** A worker that has room for this long without taking a job is woken: most that ends, ends with a job, which wakes it anyway. */
const wakesAfterMs = 20;

/**
 * One worker for each shard, and one governor for all: however many shards there are, the process works on no more logins at
 * once than it may. Each shard may take its part of what is free beside what it holds, so that one with all the traffic
 * comes to have nearly all of it; the few that are taken too many wait for their turn.
 */
export function startShards<W extends ShardWorker>(deps: {
  shards: number;
  /** WORKER_CONCURRENCY. */
  most: number;
  start: (shard: number, options: { concurrency: number; hold: Hold }) => W;
  governor?: AdaptiveConcurrency;
}) {
  const { shards, most, start } = deps;
  const governor = deps.governor ?? startAdaptiveConcurrency({ most });
  const turn = pLimit(governor.current);
  const jobs = Array.from({ length: shards }, () => 0);
  const waking = new Map<number, NodeJS.Timeout>();
  let isClosing = false;
  const shareOf = (shard: number) => {
    const more = Math.min(Math.ceil(governor.room() / shards), mostTakenAtOnce);
    // BullMQ wants at least one.
    return Math.max((jobs[shard] ?? 0) + more, 1);
  };

  /** BullMQ looks whether it may take a job when one ends; of one with many logins all but the last may have ended long ago. */
  async function wake(shard: number): Promise<void> {
    waking.delete(shard);
    if (isClosing) return;
    // Nothing waits for a thing between the two.
    await workers[shard]?.pause(true);
    await workers[shard]?.resume();
  }

  function apply(shard: number): void {
    const worker = workers[shard];
    if (worker === undefined) return;
    const hadRoom = worker.concurrency > (jobs[shard] ?? 0);
    worker.concurrency = shareOf(shard);
    if (hadRoom || waking.has(shard) || worker.concurrency <= (jobs[shard] ?? 0)) return;
    waking.set(shard, setTimeout(wake, wakesAfterMs, shard));
  }

  function count(shard: number, change: 1 | -1): void {
    jobs[shard] = (jobs[shard] ?? 0) + change;
    // It is awake.
    clearTimeout(waking.get(shard));
    waking.delete(shard);
    const worker = workers[shard];
    if (worker !== undefined) worker.concurrency = shareOf(shard);
  }

  const workers: W[] = [];
  for (let shard = 0; shard < shards; shard += 1) {
    const hold: Hold = async (logins, work) => {
      let left = logins;
      governor.take(logins);
      count(shard, 1);
      const inTurn: InTurn = async (login) => {
        try {
          return await turn(login);
        } finally {
          left -= 1;
          governor.leave(1);
          apply(shard);
        }
      };
      try {
        return await work(inTurn);
      } finally {
        governor.leave(left);
        count(shard, -1);
      }
    };
    workers.push(start(shard, { concurrency: shareOf(shard), hold }));
  }
  governor.onChange((concurrency) => {
    turn.concurrency = concurrency;
    for (let shard = 0; shard < shards; shard += 1) apply(shard);
  });

  return {
    /** All stop to take jobs at once, and finish those in hand. */
    async close(): Promise<void> {
      isClosing = true;
      governor.close();
      for (const timer of waking.values()) clearTimeout(timer);
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
