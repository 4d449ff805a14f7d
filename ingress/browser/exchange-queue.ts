import { Queue } from 'bullmq';
import type { RedisClient } from '#connections/redis-client.ts';
import {
  type ExchangeJob,
  exchangeJobId,
  exchangeJobName,
  exchangeJobOptions,
  exchangeQueueName,
  shardPrefix,
} from '#models/login/job.ts';
import { shardOf } from '#models/login/store.ts';

/** A code lives five minutes, and a run that is lost for good is noticed after 45 s. */
const mostReruns = 6;

export type ExchangeQueue = ReturnType<typeof createExchangeQueue>;

/** The producer's end of the queues, one for each shard. `redis` must fail fast: a person waits on every add. */
export function createExchangeQueue(deps: {
  redis: RedisClient;
  prefix: string;
  shards: number;
  onError: (error: Error) => void;
}) {
  const queues = Array.from({ length: deps.shards }, (_, shard) => {
    const queue = new Queue<ExchangeJob>(exchangeQueueName, {
      connection: deps.redis,
      prefix: shardPrefix(deps.prefix, shard),
      // Without this an add waits for ever for a Redis that was never reachable (measured on bullmq 6.7).
      skipWaitingForReady: true,
    });
    queue.on('error', deps.onError);
    return queue;
  });

  return {
    queues,
    /**
     * Enqueues the exchange of a recorded code. The same code again, also at the same moment, stays one job.
     * `isHeavy`: behind the jobs of everybody else (BullMQ takes jobs without a priority first, in their order).
     * `rerun` makes another job for a code whose job is known to be gone for good.
     */
    async add(job: ExchangeJob, { isHeavy = false, isBurst = false, rerun = 0 } = {}): Promise<void> {
      const queue = queues[shardOf(job.login)];
      if (queue === undefined)
        throw new RangeError('login of a shard this process does not have; QUEUE_SHARDS differs');
      await queue.add(exchangeJobName, job, {
        ...exchangeJobOptions({ isBurst }),
        jobId: exchangeJobId(job.login, job.n, rerun),
        // Redis's clock, not this process's: how old a job is, others tell.
        timestamp: job.recordedAt,
        ...(isHeavy && { priority: 1 }),
      });
    },
    /**
     * Which rerun the next job of this code is (0: its first job is gone without a trace); undefined while one waits, is
     * delayed or runs. One look-up for each job there was.
     */
    async nextRerun({ login, n }: ExchangeJob): Promise<number | undefined> {
      const queue = queues[shardOf(login)];
      for (let rerun = 0; rerun <= mostReruns; rerun += 1) {
        const job = await queue?.getJob(exchangeJobId(login, n, rerun));
        if (job === undefined) return rerun;
        if (job.finishedOn === undefined) return undefined;
      }
      return undefined;
    },
    async close(): Promise<void> {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
