import { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { Gathering } from '#connections/gathering.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import type { Count, NotePerson } from '#models/counts/tally.ts';
import { createHistoryWriter } from '#models/documents/history-writer.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import { exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { createExchangeLedger } from '#models/login/ledger.ts';
import { createLoginStore, shardOf } from '#models/login/store.ts';
import type { WeChatClient } from '#wechat/api/client.ts';
import type { openAccounts } from '#workers/account/open-accounts.ts';
import { createBindingWriter } from '#workers/bindings/binding-writer.ts';
import { createExchangeCode } from '#workers/exchange/exchange-code.ts';
import { startExchangeWorker } from '#workers/exchange/exchange-worker.ts';
import { createGiveUp } from '#workers/exchange/give-up.ts';
import { createOnSettled, type OnSettled } from '#workers/exchange/on-settled.ts';
import { createSteadyLedger } from '#workers/exchange/steady-ledger.ts';
import type { WorkerMetrics } from '#workers/process/metrics.ts';
import { createRetryWatch } from '#workers/process/retry-watch.ts';
import { startShards } from '#workers/process/start-shards.ts';
import { startWatchdog } from '#workers/process/watchdog.ts';

/** A queue that waits this long for a worker that lives has lost it. */
const patienceMs = 30_000;

/** The exchange and a BullMQ worker for each shard: from here on this process takes jobs. Answers the queues it reads. */
export function openExchange(
  stack: AsyncDisposableStack,
  options: {
    documents: Documents;
    accounts: Awaited<ReturnType<typeof openAccounts>>;
    wechat: WeChatClient;
    redis: RedisClient;
    gathering: Gathering;
    onError: (error: Error) => void;
    prefix: string;
    shards: number;
    concurrency: number;
    claimWindowMs: number;
    leastUsefulMs: number;
    clock: RedisClock;
    metrics: WorkerMetrics;
    count: Count;
    notePerson: NotePerson;
    onStuck: (why: string, told?: object) => void;
    log: Logger;
  },
): readonly Queue[] {
  const { documents, accounts, redis, gathering, prefix, shards, claimWindowMs, leastUsefulMs } = options;
  const { wechat, clock, metrics, count, notePerson, onStuck, log } = options;
  const { sealer, directory } = documents;
  const onRetry = createRetryWatch({ onRetry: metrics.storeRetry, log });
  const moves = createExchangeLedger(createLoginStore({ redis, prefix, gathering }), {
    claimWindowMs,
    leastUsefulMs,
  });
  const ledger = createSteadyLedger(moves, onRetry);
  const exchangeCode = createExchangeCode({
    ledger,
    sealer,
    gate: accounts.gate,
    wechat,
    directory,
    bindings: createBindingWriter(documents.bindings, { gathering }),
    count,
    log,
    isDying: ({ diesAt }) => diesAt > 0 && clock.now() >= diesAt - leastUsefulMs,
    onRetry,
  });
  const onLost = (error: unknown) => log.error({ err: error }, 'history not written');
  const history = stack.adopt(createHistoryWriter(documents.history, onLost, onRetry), (writer) =>
    writer.close(),
  );
  const noteSettled = createOnSettled({ history, metrics, count, notePerson, sealer, log });
  const onSettled: OnSettled = (job, settled) => {
    accounts.report.noteEnded(shardOf(job.login));
    noteSettled(job, settled);
  };
  const giveUp = createGiveUp({ ledger, onSettled });
  const onGivenUp: typeof giveUp = (job, jobId) => {
    metrics.jobGivenUp();
    return giveUp(job, jobId);
  };
  const working = {
    redis,
    prefix,
    exchangeCode,
    onSettled,
    onGivenUp,
    lines: accounts.lines,
    clock,
    onRetry,
    log,
  };

  const queues = Array.from({ length: shards }, (_, shard) => {
    const queue = new Queue(exchangeQueueName, { connection: redis, prefix: shardPrefix(prefix, shard) });
    queue.on('error', options.onError);
    return stack.adopt(queue, (reader) => reader.close());
  });
  const running = startShards({
    shards,
    most: options.concurrency,
    start(shard, { concurrency, hold }) {
      const queue = queues[shard] as Queue;
      const isRefused = () => accounts.report.isRefused(shard);
      const dog = startWatchdog({ queue, patienceMs, isRefused, onStuck, log });
      const { watch } = stack.adopt(dog, (watching) => watching.close());
      return startExchangeWorker({ ...working, shard, concurrency, queue, hold, watch });
    },
  });
  stack.adopt(running, (shardWorkers) => shardWorkers.close());
  return queues;
}
