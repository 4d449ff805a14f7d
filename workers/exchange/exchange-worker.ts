import { DelayedError, type Job, type Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import { isRedisRefusal } from '#connections/redis-refusal.ts';
import { isSlice } from '#models/account/slice.ts';
import {
  type ExchangeJob,
  exchangeQueueName,
  finishedJobs,
  type JobOutcome,
  shardPrefix,
} from '#models/login/job.ts';
import { type ExchangeJobData, exchangesOf, sharingWorkerName } from '#models/login/job-logins.ts';
import type { Settlement } from '#models/login/ledger.ts';
import { createTryAgain, type OnRetry } from '#operations/try-again.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import type { JobLines } from '#workers/account/job-lines.ts';
import { delayedFrom } from '#workers/exchange/delayed-from.ts';
import type { ExchangeResult } from '#workers/exchange/exchange-code.ts';
import type { OnSettled } from '#workers/exchange/on-settled.ts';
import { createRunTogether, type JobOutcomes } from '#workers/exchange/run-together.ts';
import { createSetApart } from '#workers/exchange/set-apart.ts';
import { restOnRefusal } from '#workers/process/rest-on-refusal.ts';
import type { Hold } from '#workers/process/start-shards.ts';
import type { Watchdog } from '#workers/process/watchdog.ts';

/** No login outlives this, so no job needs to wait longer. */
const putBackWithinMs = 5 * 60_000;
/**
 * A login that went down with its worker so often may be what kills it, and those that were at work beside it come back with it.
 * From then on each comes back at a time of its own, somewhere in so many ms: all but one of them get past the one that kills.
 */
const suspectLosses = 2;
const suspectsSpreadOverMs = 2_000;

export type ExchangeWorkerDeps = {
  /** Must never give a command up: see the role `consumer` in connections/connect-redis.ts. */
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly shard: number;
  readonly concurrency: number;
  /** Of this shard. */
  readonly queue: Pick<Queue<ExchangeJobData>, 'addBulk'>;
  readonly exchangeCode: (job: ExchangeJob, jobId: string) => Promise<ExchangeResult>;
  /** Hears of every login that was settled. */
  readonly onSettled: OnSettled;
  /** A login whose job is given up for good: a bug of ours, or a job that killed its worker again and again. */
  readonly onGivenUp: (job: ExchangeJob, jobId: string) => Promise<void>;
  readonly lines: JobLines;
  readonly clock: Pick<RedisClock, 'now'>;
  /** Bounds the logins in hand. */
  readonly hold: Hold;
  /** Wraps the processor: the watchdog's eye on it. */
  readonly watch: Watchdog['watch'];
  readonly onRetry?: OnRetry;
  readonly log: Logger;
};

/**
 * The BullMQ side of an exchange. A lock of 6 s and a check each 2 s bring a killed worker's jobs back within 8 s; the
 * ledger makes a second run harmless, so short is right (BullMQ's defaults take up to 60 s). Workers that are killed again
 * and again fail no login: one job may lose its worker ten times before it counts as what kills them.
 */
export function startExchangeWorker(deps: ExchangeWorkerDeps): Worker<ExchangeJobData> {
  const { lines, clock, hold, log, onRetry } = deps;
  // A job is not to lose one of its attempts because Redis takes no writes for a moment, as the ledger does not give up either.
  const tryAgain = createTryAgain(isRedisRefusal, {
    firstPauseMs: 100,
    longestPauseMs: 1_000,
    maxRetries: 1_000,
    onRetry,
  });
  const whileRefused = <T>(work: () => Promise<T>) => tryAgain(work, putBackWithinMs);
  const runTogether = createRunTogether({ run, setApart: createSetApart(deps), whileRefused, lines, log });

  async function run(exchange: ExchangeJob, jobId: string): Promise<JobOutcome> {
    const result = await deps.exchangeCode(exchange, jobId);
    if (result.verb !== 'settled') return 'joined';
    deps.onSettled(exchange, result);
    return outcomeOf(result.settlement);
  }

  function process(job: Job<ExchangeJobData>, token?: string): Promise<JobOutcome | JobOutcomes> {
    const exchanges = exchangesOf(job.data);
    return hold<JobOutcome | JobOutcomes>(exchanges.length, (inTurn) =>
      exchanges.length > 1
        ? runTogether(job, exchanges, inTurn)
        : inTurn(() => runAlone(job, exchanges, token)),
    );
  }

  async function runAlone(
    job: Job<ExchangeJobData>,
    [exchange]: readonly ExchangeJob[],
    token?: string,
  ): Promise<JobOutcome> {
    const { id = '', data } = job;
    const losses = job.stalledCounter + (data.losses ?? 0);
    if (losses >= suspectLosses && losses > (data.restedFor ?? 0)) {
      await whileRefused(() => job.updateData({ ...data, restedFor: losses }));
      await delay(job, Math.random() * suspectsSpreadOverMs, token);
    }
    try {
      await lines.cameBack(job);
      const outcome = await run(exchange as ExchangeJob, data.claimAs ?? id);
      lines.leave(job);
      return outcome;
    } catch (error) {
      if (error instanceof HeldBackError) return putBack(job, error, token);
      lines.leave(job);
      throw error;
    }
  }

  async function putBack(job: Job<ExchangeJobData>, paused: HeldBackError, token?: string): Promise<never> {
    const { id = '', data } = job;
    const delayMs = await whileRefused(() => lines.delayOf(job, paused));
    log.debug(
      { login: data.login, job: id, delayMs, isInSlice: isSlice(paused.line ?? data.appid) },
      'waits',
    );
    return delay(job, delayMs, token);
  }

  async function delay({ id = '' }: Job, delayMs: number, token?: string): Promise<never> {
    // Not the job's own method, which reckons by this process's date alone.
    const backend = worker.getBackend();
    await whileRefused(() =>
      backend.moveToDelayed(id, delayedFrom(clock), Math.round(delayMs), token, { skipAttempt: true }),
    );
    throw new DelayedError();
  }

  const worker = new Worker<ExchangeJobData>(exchangeQueueName, deps.watch(process), {
    connection: deps.redis,
    name: sharingWorkerName,
    prefix: shardPrefix(deps.prefix, deps.shard),
    concurrency: deps.concurrency,
    ...finishedJobs,
    lockDuration: 6_000,
    stalledInterval: 2_000,
    maxStalledCount: 10,
    // 15 s by default: too long a silence after Redis was away.
    runRetryDelay: 1_000,
  });
  worker.on('error', (error) => log.warn({ err: error }, 'queue error'));
  restOnRefusal(worker, log);
  worker.on('stalled', (jobId) => log.info({ job: jobId }, 'job of a lost worker taken over'));
  worker.on('lockRenewalFailed', (jobIds) =>
    log.warn({ jobs: jobIds.length }, 'locks lost; the ledger keeps the runs apart'),
  );
  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    const isFinal = job.attemptsMade >= (job.opts.attempts ?? 1) || /stalled/.test(error.message);
    for (const exchange of exchangesOf(job.data)) {
      log[isFinal ? 'error' : 'warn'](
        { login: exchange.login, err: error },
        isFinal ? 'job given up' : 'job will run again',
      );
      if (isFinal)
        deps
          .onGivenUp(exchange, job.data.claimAs ?? job.id ?? '')
          .catch((cause) => log.error({ err: cause }, 'could not end a login'));
    }
  });
  return worker;
}

const outcomeOf = ({ status, reason }: Settlement): JobOutcome =>
  status === 'failed' ? `failed:${reason ?? 'internal'}` : status;
