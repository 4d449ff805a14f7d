import '#operations/end-signals.ts';
import '#operations/compile-cache.ts';
import { Queue } from 'bullmq';
import { loadConfig } from '#config';
import { openServiceStores } from '#connections/open-service-stores.ts';
import { createRedisClock } from '#connections/redis-clock.ts';
import { createStoreProbes } from '#connections/store-probes.ts';
import { createAccountCapacity } from '#models/account/capacity.ts';
import type { AccountCause, AccountState } from '#models/account/state.ts';
import { createBindingModel } from '#models/documents/binding.ts';
import { createDirectory } from '#models/documents/directory.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { openInstallation } from '#models/documents/installation.ts';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { prepareMongo } from '#models/documents/prepare-mongo.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
import { exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { createExchangeLedger } from '#models/login/ledger.ts';
import { createLoginStore, shardOf } from '#models/login/store.ts';
import { createSealer } from '#models/sealing.ts';
import { tellOfUnopenable } from '#models/unopenable-secrets.ts';
import { createClientAddress } from '#operations/client-address.ts';
import { createDoorkeeper } from '#operations/doorkeeper.ts';
import { endStuckProcess } from '#operations/end-stuck-process.ts';
import { listenBeside } from '#operations/http-server.ts';
import { createListenerWatch } from '#operations/listener-watch.ts';
import { createLogger } from '#operations/log.ts';
import { runProcess } from '#operations/run-process.ts';
import { createWeChatClient } from '#wechat/api/client.ts';
import { createGet } from '#wechat/api/get.ts';
import { createCallBudget } from '#workers/account/budget.ts';
import { startCapacityReport } from '#workers/account/capacity-report.ts';
import { createAccountClosures } from '#workers/account/closures.ts';
import { createAccountGate } from '#workers/account/gate.ts';
import { createJobLines } from '#workers/account/job-lines.ts';
import { createAccountMetrics } from '#workers/account/metrics.ts';
import { createAccountShares } from '#workers/account/shares.ts';
import { createBindingWriter } from '#workers/bindings/binding-writer.ts';
import { createHistoryWriter } from '#workers/bindings/history-writer.ts';
import { claimWindowMs, leastUsefulMs } from '#workers/exchange/deadline.ts';
import { createExchangeCode } from '#workers/exchange/exchange-code.ts';
import { startExchangeWorker } from '#workers/exchange/exchange-worker.ts';
import { createGiveUp } from '#workers/exchange/give-up.ts';
import { createOnSettled, type OnSettled } from '#workers/exchange/on-settled.ts';
import { createSteadyLedger } from '#workers/exchange/steady-ledger.ts';
import { createWorkerMetrics } from '#workers/process/metrics.ts';
import { createWorkerAdminApp } from '#workers/process/operator-app.ts';
import { createRetryWatch } from '#workers/process/retry-watch.ts';
import { startShards } from '#workers/process/start-shards.ts';
import { startWatchdog } from '#workers/process/watchdog.ts';

/** A queue that waits this long for a worker that lives has lost it. */
const patienceMs = 30_000;
const log = createLogger({ level: 'info', name: 'workers' });

await runProcess(log, async (stack, life) => {
  const config = loadConfig(process.env);
  log.level = config.LOG_LEVEL;
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards, WECHAT_TIMEOUT_MS: timeoutMs } = config;
  const onStuck = (why: string, told?: object) => endStuckProcess(log, why, told);
  // What is opened first is closed last: until then /readyz says that this process goes.
  const last = stack.use(new AsyncDisposableStack());

  const { mongo, redis, onError } = await openServiceStores(stack, {
    config,
    role: 'consumer',
    name: 'workers',
    log,
    onStuck,
  });

  const accounts = createServiceAccountModel(mongo);
  const enterprises = createEnterpriseModel(mongo);
  const bindings = createBindingModel(mongo);
  const history = createLoginHistoryModel(mongo);
  await prepareMongo(mongo, config.MONGO_URL);

  const installation = stack.adopt(
    await openInstallation(mongo, (error) => log.warn({ err: error }, 'installation not read')),
    (opened) => opened.close(),
  );
  const metrics = createWorkerMetrics();
  const onRetry = createRetryWatch({ onRetry: metrics.storeRetry, log });
  const sealer = createSealer(config.SECRET_KEYS, { format: installation.sealFormat });
  void tellOfUnopenable({ accounts, sealer, log });
  const ledger = createSteadyLedger(
    createExchangeLedger(createLoginStore({ redis, prefix }), {
      claimWindowMs: claimWindowMs(timeoutMs),
      leastUsefulMs: leastUsefulMs(config.CODE_LIFETIME_MS),
    }),
    onRetry,
  );
  const get = stack.adopt(
    createGet({
      origin: config.WECHAT_API_URL,
      connections: config.WORKER_CONCURRENCY,
      proxy: { url: config.HTTPS_PROXY, except: config.NO_PROXY },
    }),
    (pool) => pool.close(),
  );
  const wechat = createWeChatClient({ get, timeoutMs, onCall: metrics.apiCall });
  const onAccount = (appid: string, state: AccountState, cause?: AccountCause) =>
    log[state === 'open' ? 'info' : 'error']({ appid, state, cause }, 'account changed');
  const capacity = createAccountCapacity({
    redis,
    prefix,
    shards,
    callsPerSecond: config.ACCOUNT_CALLS_PER_MINUTE / 60,
  });
  const directory = createDirectory({ enterprises, accounts });
  const closures = createAccountClosures({ capacity, onChange: onAccount });
  const gate = createAccountGate({
    closures,
    budget: createCallBudget({
      capacity,
      triesForMs: claimWindowMs(timeoutMs),
      mostWaiting: Math.ceil(config.WORKER_CONCURRENCY / 2),
    }),
    shares: createAccountShares(),
    slowDown: capacity.slowDown,
    onMisconfigured: directory.outdateAccount,
    onChange: onAccount,
  });
  const clock = createRedisClock();
  const leastMs = leastUsefulMs(config.CODE_LIFETIME_MS);
  const lines = createJobLines({ capacity, clock, leastUsefulMs: leastMs });
  const exchangeCode = createExchangeCode({
    ledger,
    sealer,
    gate,
    wechat,
    directory,
    bindings: createBindingWriter(bindings),
    log,
    isDying: ({ diesAt }) => diesAt > 0 && clock.now() >= diesAt - leastMs,
    onRetry,
  });
  const historyWriter = stack.adopt(
    createHistoryWriter(history, (error) => log.error({ err: error }, 'history not written'), onRetry),
    (writer) => writer.close(),
  );
  const report = stack.adopt(
    await startCapacityReport({
      capacity,
      shards,
      gate,
      closures,
      lines,
      clock,
      onOpened: directory.outdateAccount,
      log,
    }),
    (reporter) => reporter.close(),
  );
  createAccountMetrics({ registry: metrics.registry, states: report.states });
  const noteSettled = createOnSettled({ history: historyWriter, metrics, sealer, log });
  const onSettled: OnSettled = (job, settled) => {
    report.noteEnded(shardOf(job.login));
    noteSettled(job, settled);
  };
  const onGivenUp = createGiveUp({ ledger, onSettled });

  const queues = Array.from({ length: shards }, (_, shard) => {
    const queue = new Queue(exchangeQueueName, { connection: redis, prefix: shardPrefix(prefix, shard) });
    queue.on('error', onError);
    return stack.adopt(queue, (reader) => reader.close());
  });
  stack.adopt(
    startShards({
      shards,
      most: config.WORKER_CONCURRENCY,
      start(shard, { concurrency, count }) {
        const queue = queues[shard] as Queue;
        const { watch } = stack.adopt(startWatchdog({ queue, patienceMs, onStuck, log }), (dog) =>
          dog.close(),
        );
        return startExchangeWorker({
          redis,
          prefix,
          shard,
          concurrency,
          exchangeCode,
          onSettled,
          onGivenUp,
          lines,
          clock,
          watch: (process) => watch(count(process)),
          onRetry,
          log,
        });
      },
    }),
    (running) => running.close(),
  );
  const doorkeeper = createDoorkeeper({
    door: 'operator',
    log,
    addressOf: createClientAddress(config.TRUSTED_PROXIES),
    onRefused: metrics.credentialRefused,
  });
  const admin = createWorkerAdminApp({
    adminToken: config.ADMIN_TOKEN,
    doorkeeper,
    metrics,
    probes: createStoreProbes({ redis, prefix, shards, queues, mongo }),
    isReady: () => !life.isEnding,
    log,
  });
  const watch = createListenerWatch({ listener: 'operator', metrics, log });
  const { ADMIN_HOST: host, WORKER_ADMIN_PORT: port } = config;
  const server = last.adopt(
    await listenBeside(admin.callback(), {
      host,
      port,
      watch,
      variables: ['ADMIN_HOST', 'WORKER_ADMIN_PORT'],
    }),
    ({ close }) => close(),
  );
  log.info({ shards, adminUrl: server.url, mostConcurrent: config.WORKER_CONCURRENCY }, 'workers are ready');
});
