import { Queue } from 'bullmq';
import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import { eachTurn, type Gathering } from '#connections/gathering.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import {
  type ExchangeJob,
  exchangeJobId,
  exchangeJobOptions,
  exchangeQueueName,
  shardPrefix,
} from '#models/login/job.ts';
import {
  apartJobId,
  type ExchangeJobData,
  jobDataOf,
  jobIdOf,
  jobNameOf,
  mostInJob,
} from '#models/login/job-logins.ts';
import { shardOf } from '#models/login/store.ts';

/** A code lives five minutes, and a run that is lost for good is noticed after 45 s. */
const mostReruns = 6;
/** Accounts and lanes that logins are gathered for; one that is forgotten meanwhile is begun anew. */
const mostLots = 1_000;

type Lane = { readonly isHeavy: boolean; readonly isBurst: boolean };
export type ExchangeQueue = ReturnType<typeof createExchangeQueue>;

/** The producer's end of the queues, one for each shard. `redis` must fail fast: a person waits on every add. */
export function createExchangeQueue(deps: {
  redis: RedisClient;
  gathering?: Gathering;
  prefix: string;
  shards: number;
  /** Puts on record in which job a login is that shares one. */
  noteJob: (login: string, n: number, job: string) => Promise<void>;
  onError: (error: Error) => void;
}) {
  const { redis, gathering = eachTurn, prefix, shards, noteJob } = deps;
  const queues = Array.from({ length: shards }, (_, shard) => {
    const queue = new Queue<ExchangeJobData>(exchangeQueueName, {
      connection: redis,
      prefix: shardPrefix(prefix, shard),
      // Without this an add waits for ever for a Redis that was never reachable (measured on bullmq 6.7).
      skipWaitingForReady: true,
    });
    queue.on('error', deps.onError);
    return queue;
  });
  const lots = new LRUCache<string, DataLoader<ExchangeJob, true, string>>({ max: mostLots });

  function queueOf(login: string): Queue<ExchangeJobData> {
    const queue = queues[shardOf(login)];
    if (queue === undefined)
      throw new RangeError('login of a shard this process does not have; QUEUE_SHARDS differs');
    return queue;
  }

  /** One job for all of them. */
  async function addJob(exchanges: readonly ExchangeJob[], { isHeavy, isBurst }: Lane, rerun = 0) {
    const data = jobDataOf(exchanges);
    const jobId = jobIdOf(exchanges, rerun);
    if (exchanges.length > 1) {
      // In the same turn as the add, not waited for: what is not noted costs a second job, which finds the work done.
      for (const { login, n } of exchanges) noteJob(login, n, jobId).catch(() => {});
    }
    await queueOf(data.login).add(jobNameOf(exchanges.length), data, {
      ...exchangeJobOptions({ isBurst }),
      jobId,
      // Redis's clock, not this process's: how old a job is, others tell.
      timestamp: Math.min(...exchanges.map(({ recordedAt }) => recordedAt)),
      ...(isHeavy && { priority: 1 }),
    });
  }

  /** Those that come in one turn of the event loop (or a few ms), of one account and lane, share a job: Redis's work is by the job. */
  function lotOf({ login, appid }: ExchangeJob, lane: Lane): DataLoader<ExchangeJob, true, string> {
    const key = `${shardOf(login)} ${appid} ${lane.isHeavy} ${lane.isBurst}`;
    const known = lots.get(key);
    if (known !== undefined) return known;
    const loader = new DataLoader<ExchangeJob, true, string>(
      async (exchanges) => {
        // A login that brings two codes at once is worked off once: its run goes on with the next code by itself.
        const each = new Map(exchanges.map((one) => [one.login, one]));
        gathering.note(each.size);
        await addJob([...each.values()], lane);
        return exchanges.map(() => true as const);
      },
      { cache: false, maxBatchSize: mostInJob, batchScheduleFn: gathering.schedule },
    );
    lots.set(key, loader);
    return loader;
  }

  async function isUnfinished(queue: Queue, id: string): Promise<boolean> {
    const [made, finished] = await redis.hmget(queue.toKey(id), 'timestamp', 'finishedOn');
    return made != null && finished == null;
  }

  return {
    queues,
    /**
     * Enqueues the exchange of a recorded code; resolves when Redis has the job. The same code again, also at the same moment,
     * stays one job.
     * `isHeavy`: behind the jobs of everybody else (BullMQ takes jobs without a priority first, in their order).
     * `mayShare`: with others of this moment in one job, which every worker must know how to work off.
     * `rerun` makes another job for a code whose job is known to be gone for good.
     */
    async add(
      job: ExchangeJob,
      { isHeavy = false, isBurst = false, mayShare = false, rerun = 0 } = {},
    ): Promise<void> {
      queueOf(job.login);
      const lane = { isHeavy, isBurst };
      if (mayShare && rerun === 0) await lotOf(job, lane).load(job);
      else await addJob([job], lane, rerun);
    },
    /** Whether a job of this code waits, is delayed or runs. `shared`: the job with others that it is noted to be in. */
    async isThere(job: Pick<ExchangeJob, 'login' | 'n'>, shared: string | undefined): Promise<boolean> {
      const queue = queueOf(job.login);
      const alone = exchangeJobId(job.login, job.n);
      const ids = shared === undefined ? [alone] : [alone, shared, apartJobId(job)];
      return (await Promise.all(ids.map((id) => isUnfinished(queue, id)))).includes(true);
    },
    /**
     * Which rerun the next job of this code is (0: its first job is gone without a trace); undefined while one waits, is
     * delayed or runs. One look-up for each job there was. `shared`: as above.
     */
    async nextRerun(job: ExchangeJob, shared?: string): Promise<number | undefined> {
      const queue = queueOf(job.login);
      if (shared !== undefined) {
        for (const id of [shared, apartJobId(job)]) if (await isUnfinished(queue, id)) return undefined;
      }
      for (let rerun = 0; rerun <= mostReruns; rerun += 1) {
        const before = await queue.getJob(exchangeJobId(job.login, job.n, rerun));
        if (before === undefined) return rerun;
        if (before.finishedOn === undefined) return undefined;
      }
      return undefined;
    },
    async close(): Promise<void> {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
