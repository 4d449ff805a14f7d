import type { JobsOptions } from 'bullmq';

export const exchangeQueueName = 'exchange';
export const exchangeJobName = 'exchange';

/** What travels on the queue: ids and times. The code stays in the login's record, sealed. */
export type ExchangeJob = {
  readonly login: string;
  /** Which of the login's codes the job was made for. */
  readonly n: number;
  readonly entId: string;
  readonly appid: string;
  /** ms of Redis's clock. */
  readonly recordedAt: number;
  readonly diesAt: number;
};

/** Deterministic: the same code enqueued twice, by a repeated callback or a repeated command, is one job. */
export const exchangeJobId = (login: string, n: number): string => `${login}-${n}`;

/** BullMQ's prefix of a shard; the braces keep a shard's keys in one slot of a Redis Cluster. */
export const shardPrefix = (prefix: string, shard: number): string => `{${prefix}:${shard}}`;

/** Attempts are for a crash or a bug: a refusal of WeChat is answered inside one attempt, which keeps its place in line. */
export const exchangeJobOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  removeOnComplete: { count: 1_000 },
  removeOnFail: { age: 86_400, count: 5_000 },
  stackTraceLimit: 5,
  keepLogs: 0,
  sizeLimit: 4_096,
} satisfies JobsOptions;
