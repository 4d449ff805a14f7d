import type { JobsOptions } from 'bullmq';
import {
  endStatuses,
  type FailureReason,
  failureReasons,
  type LoginEndStatus,
} from '#models/login/status.ts';

export const exchangeQueueName = 'exchange';
export const exchangeJobName = 'exchange';

/** What travels on the queue for each login: ids and times. The code stays in the login's record, sealed. */
export type ExchangeJob = {
  readonly login: string;
  /** Which of the login's codes the job was made for. */
  readonly n: number;
  readonly entId: string;
  readonly appid: string;
  /** A name of the address that its code came from (ingress/admission/client-name.ts); absent where that is not known. */
  readonly client?: string;
  /** ms of Redis's clock. */
  readonly recordedAt: number;
  readonly diesAt: number;
};

/**
 * Deterministic: the same code enqueued twice, by a repeated callback or a repeated command, is one job. `rerun` counts the
 * jobs made for it because the one before was gone.
 */
export const exchangeJobId = (login: string, n: number, rerun = 0): string =>
  rerun === 0 ? `${login}-${n}` : `${login}-${n}-${rerun}`;

export type JobOutcome =
  | Exclude<LoginEndStatus, 'failed'>
  | `failed:${FailureReason}`
  /** Another run had done, or was doing, the work. */
  | 'joined'
  /** Of a login that shared its job with others: it goes on in a job of its own. */
  | 'apart';

/** What a finished job may answer, and the dashboard show: how its login ended. */
export const jobOutcomes: readonly JobOutcome[] = [
  ...endStatuses.filter((status) => status !== 'failed'),
  ...failureReasons.map((reason) => `failed:${reason}` as const),
  'joined',
  'apart',
];

/** BullMQ's prefix of a shard; the braces keep a shard's keys in one slot of a Redis Cluster. */
export const shardPrefix = (prefix: string, shard: number): string => `{${prefix}:${shard}}`;

/** Attempts are for a crash or a bug: a refusal of WeChat is answered inside one attempt, which keeps its place in line. */
export const everyJob = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
} satisfies JobsOptions;
const keptJob = { ...everyJob, removeOnComplete: { count: 1_000 } } satisfies JobsOptions;
const keptShare = 0.02;

/**
 * In a burst one finished job in fifty stays on the dashboard: keeping each costs Redis a third of the work of a job, and every
 * login is in the log and the history. Options that all jobs share are the worker's, since a job's own travel with it.
 */
export const exchangeJobOptions = ({ isBurst = false } = {}): JobsOptions =>
  !isBurst || Math.random() < keptShare ? keptJob : everyJob;

/** Failed jobs stay a day: there are few, and somebody will ask. */
export const finishedJobs = {
  removeOnComplete: { count: 0 },
  removeOnFail: { age: 86_400, count: 5_000 },
} as const;
