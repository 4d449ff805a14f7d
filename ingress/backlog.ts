import type { Queue } from 'bullmq';
import { shardOf } from '#models/login-moves.ts';

const readEachMs = 500;
/** So few waiting jobs are the ordinary course of things. */
const ordinary = 100;
/** What a fleet is trusted with until it has shown more, in logins a second. */
const trustedRate = 200;
/** A backlog this old is being worked off as fast as it can be: what is measured then is the true rate. */
const provenAfterMs = 3_000;

type ShardBacklog = {
  waiting: number;
  settled: number;
  rate: number;
  best: number;
  busySince: number | undefined;
};

export type Backlog = ReturnType<typeof createBacklog>;

/**
 * How long a login that is recorded now waits for its worker: jobs waiting over logins settled a second. The jobs are
 * counted twice a second, never by a request; every ingress hears of all settled logins anyway.
 */
export function createBacklog({
  queues,
  onError,
}: {
  queues: readonly Queue[];
  onError: (error: unknown) => void;
}) {
  const shards: ShardBacklog[] = queues.map(() => ({
    waiting: 0,
    settled: 0,
    rate: 0,
    best: trustedRate,
    busySince: undefined,
  }));

  async function read(): Promise<void> {
    await Promise.all(
      queues.map(async (queue, index) => {
        const { wait = 0, prioritized = 0 } = await queue.getJobCounts('wait', 'prioritized');
        const shard = shards[index];
        if (shard === undefined) return;
        shard.waiting = wait + prioritized;
        shard.rate += (shard.settled / (readEachMs / 1_000) - shard.rate) * 0.3;
        shard.settled = 0;
        shard.best = Math.max(shard.best * 0.999, shard.rate);
        if (shard.waiting <= ordinary) shard.busySince = undefined;
        else shard.busySince ??= Date.now();
      }),
    );
  }

  function rateOf(shard: ShardBacklog): number {
    const isProven = shard.busySince !== undefined && Date.now() - shard.busySince > provenAfterMs;
    return Math.max(isProven ? shard.rate : shard.best, 1);
  }

  const timer = setInterval(() => read().catch(onError), readEachMs);

  return {
    readEachMs,
    /** `waitMs` is 0 while there is no backlog worth the name. */
    of(shard: number): { waiting: number; perSecond: number; waitMs: number } {
      const state = shards[shard];
      if (state === undefined) return { waiting: 0, perSecond: trustedRate, waitMs: 0 };
      const perSecond = rateOf(state);
      return {
        waiting: state.waiting,
        perSecond,
        waitMs: state.waiting <= ordinary ? 0 : (state.waiting / perSecond) * 1_000,
      };
    },
    noteSettled(loginId: string): void {
      const shard = shards[shardOf(loginId)];
      if (shard !== undefined) shard.settled += 1;
    },
    close: () => clearInterval(timer),
  };
}
