import type { ExecutionContext } from 'ava';
import { Queue } from 'bullmq';
import { connectRedis } from '#connections/connect-redis.ts';
import { createRedisClock, type RedisClock } from '#connections/redis-clock.ts';
import { type ExchangeJob, exchangeJobOptions, exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { type ExchangeJobData, jobDataOf, jobIdOf, jobNameOf } from '#models/login/job-logins.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { withRedis } from '#test/support/with-redis.ts';
import { createJobLines } from '#workers/account/job-lines.ts';
import type { ExchangeResult } from '#workers/exchange/exchange-code.ts';
import { startExchangeWorker } from '#workers/exchange/exchange-worker.ts';
import type { Hold } from '#workers/process/start-shards.ts';

export const settled = { verb: 'settled', settlement: { status: 'ready' } } as ExchangeResult;

/** A worker on a real queue whose exchange is the test's. */
export async function withWorker(
  t: ExecutionContext,
  exchangeCode: (job: ExchangeJob, jobId: string) => Promise<ExchangeResult>,
  {
    concurrency = 4,
    clock = createRedisClock() as Pick<RedisClock, 'now'>,
    /** What Redis answers first when a job is to be lined up. */
    refusals = [] as string[],
    hold = ((_logins, work) => work((login) => login())) as Hold,
    /** A Redis of the test's own, of which it takes something away. */
    at = undefined as string | undefined,
  } = {},
) {
  const { url, prefix } = at === undefined ? withRedis(t) : { url: at, prefix: 'own' };
  const redis = await connectRedis([url], 'consumer');
  const queue = new Queue<ExchangeJobData>(exchangeQueueName, {
    connection: redis,
    prefix: shardPrefix(prefix, 0),
  });
  const { log, lines } = capturedLog();
  const told = { settled: [] as string[], givenUp: [] as string[], lines: [] as string[], watched: 0 };
  const worker = startExchangeWorker({
    redis,
    prefix,
    shard: 0,
    concurrency,
    exchangeCode,
    onSettled: (job) => void told.settled.push(job.login),
    lines: createJobLines({
      capacity: {
        async lineUp(line, { leastDelayMs }) {
          const refusal = refusals.pop();
          if (refusal !== undefined) throw new Error(refusal);
          told.lines.push(line);
          return leastDelayMs;
        },
      },
      clock,
      leastUsefulMs: 5_000,
    }),
    clock,
    queue,
    hold,
    onGivenUp: async (job, jobId) => void told.givenUp.push(`${job.login} ${jobId}`),
    watch:
      (process) =>
      (...args) => {
        told.watched += 1;
        return process(...args);
      },
    log,
  });
  t.teardown(async () => {
    await worker.close();
    await queue.close();
    redis.disconnect();
  });
  /** One job for all of them. */
  const add = (...logins: string[]) => {
    const exchanges = logins.map((login) => exchangeOf(login));
    return queue.add(jobNameOf(logins.length), jobDataOf(exchanges), {
      ...exchangeJobOptions(),
      jobId: jobIdOf(exchanges),
      backoff: { type: 'fixed', delay: 10 },
    });
  };
  return { redis, queue, worker, add, told, lines };
}

export const exchangeOf = (login: string): ExchangeJob => ({
  login,
  n: 1,
  entId: 'acme',
  appid: 'wx1',
  // BullMQ takes 0 for no time.
  recordedAt: 1,
  diesAt: 0,
});
