import '#operations/end-signals.ts';
import '#operations/compile-cache.ts';
import { loadConfig } from '#config';
import { createGathering } from '#connections/gathering.ts';
import { openServiceStores } from '#connections/open-service-stores.ts';
import { createRedisClock } from '#connections/redis-clock.ts';
import { openCounts } from '#models/counts/open-counts.ts';
import { openDocuments } from '#models/documents/open-documents.ts';
import { endStuckProcess } from '#operations/end-stuck-process.ts';
import { createLogger } from '#operations/log.ts';
import { runProcess, type Start } from '#operations/run-process.ts';
import { createWeChatClient } from '#wechat/api/client.ts';
import { createGet } from '#wechat/api/get.ts';
import { createProbeSecret } from '#wechat/api/probe-secret.ts';
import { countedAs } from '#wechat/errcodes.ts';
import { openAccounts } from '#workers/account/open-accounts.ts';
import { claimWindowMs, leastUsefulMs } from '#workers/exchange/deadline.ts';
import { openExchange } from '#workers/exchange/open-exchange.ts';
import { openWorkerDoor } from '#workers/open-worker-door.ts';
import { startProbeWorker } from '#workers/probe/start-probe-worker.ts';
import { createWorkerMetrics } from '#workers/process/metrics.ts';

/** Of each of the two calls of a test, which an operator awaits for ten seconds. */
const mostProbeMs = 4_000;

/** The workers, in the order in which they open: what they stand on, whether an account may be called, the exchange. */
export const openWorkers: Start = async (stack, life, log) => {
  const config = loadConfig(process.env);
  log.level = config.LOG_LEVEL;
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards, WECHAT_TIMEOUT_MS: timeoutMs } = config;
  const concurrency = config.WORKER_CONCURRENCY;
  const onStuck = (why: string, told?: object) => endStuckProcess(log, why, told);
  // What is opened first is closed last: until then /readyz says that this process goes.
  const last = stack.use(new AsyncDisposableStack());

  // What it stands on.
  const opening = { config, role: 'consumer', name: 'workers', log, onStuck } as const;
  const { mongo, redis, onError } = await openServiceStores(stack, opening);
  const clock = createRedisClock();
  const documents = await openDocuments(stack, { mongo, config, now: clock.now, log });
  const gathering = createGathering();
  const metrics = createWorkerMetrics(gathering);
  const proxy = { url: config.HTTPS_PROXY, except: config.NO_PROXY };
  const get = stack.adopt(
    createGet({ origin: config.WECHAT_API_URL, connections: concurrency, proxy }),
    (pool) => pool.close(),
  );

  // May an account be called; then the exchange, which takes jobs.
  const shared = { redis, prefix, shards, concurrency, clock, log };
  const times = {
    claimWindowMs: claimWindowMs(timeoutMs),
    leastUsefulMs: leastUsefulMs(config.CODE_LIFETIME_MS),
  };
  const accounts = await openAccounts(stack, {
    ...shared,
    callsPerSecond: config.ACCOUNT_CALLS_PER_MINUTE / 60,
    triesForMs: times.claimWindowMs,
    leastUsefulMs: times.leastUsefulMs,
    directory: documents.directory,
    paused: documents.paused,
    registry: metrics.registry,
  });
  const counting = { ...shared, hours: documents.hours, minuteMs: config.COUNTED_MINUTE_MS };
  const { count, notePerson, noteCall } = openCounts(stack, { ...counting, onCounted: metrics.steps.add });
  const wechat = createWeChatClient({
    get,
    timeoutMs,
    onCall(endpoint, result, _, { appid, address }) {
      metrics.apiCall(endpoint, result);
      noteCall(appid, endpoint, countedAs(result), address);
    },
  });
  // Before the exchange, so that it closes after it: a test of a secret may last for 8 s, and logins were taken meanwhile.
  const probeSecret = createProbeSecret({ get, timeoutMs: Math.min(timeoutMs, mostProbeMs) });
  const probing = startProbeWorker({ redis, prefix, ...documents, probeSecret, clock, log });
  stack.adopt(probing, (worker) => worker.close());

  const queues = openExchange(stack, {
    ...shared,
    ...times,
    ...{ count, notePerson, gathering, documents, accounts, wechat, metrics, onError, onStuck },
  });

  // Told at once that it is over, so that it takes no more tests meanwhile and both are waited for side by side.
  stack.defer(() => void probing.close().catch(() => {}));

  const server = await openWorkerDoor(last, {
    ...{ config, redis, mongo, documents, queues, metrics, log },
    isReady: () => !life.isEnding,
  });
  log.info({ shards, adminUrl: server.url, mostConcurrent: concurrency }, 'workers are ready');
};

// Or by main.ts, beside the other role.
if (import.meta.main) await runProcess(createLogger({ level: 'info', name: 'workers' }), openWorkers);
