import '#operations/end-signals.ts';
import '#operations/compile-cache.ts';
import { loadConfig } from '#config';
import { openServiceStores } from '#connections/open-service-stores.ts';
import { createRedisClock } from '#connections/redis-clock.ts';
import { createStoreProbes } from '#connections/store-probes.ts';
import { openSubscription } from '#connections/subscription.ts';
import { createAdmission } from '#ingress/admission/admission.ts';
import { createBacklog } from '#ingress/admission/backlog.ts';
import { createClientName } from '#ingress/admission/client-name.ts';
import { createDoorLines } from '#ingress/admission/door-lines.ts';
import { createTraffic } from '#ingress/admission/enterprise-share.ts';
import { createLanes } from '#ingress/admission/lanes.ts';
import { createWorkerPresence } from '#ingress/admission/worker-presence.ts';
import { createBrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { createExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import { createIsBound } from '#ingress/browser/is-bound.ts';
import { createLoginEndLog } from '#ingress/browser/login-end-log.ts';
import { createLoginPage } from '#ingress/browser/login-page.ts';
import { createLoginViews } from '#ingress/browser/login-view.ts';
import { createOutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import { createAssets } from '#ingress/browser/pages/assets.ts';
import { createPages } from '#ingress/browser/pages/render-page.ts';
import { createReadStatus } from '#ingress/browser/read-status.ts';
import { createReceiveCallback } from '#ingress/browser/receive-callback.ts';
import { createRequeueLost } from '#ingress/browser/requeue-lost.ts';
import { createStartAgain } from '#ingress/browser/start-again.ts';
import { createStartLogin } from '#ingress/browser/start-login.ts';
import { unreadablePage } from '#ingress/browser/unreadable-page.ts';
import { createVerifyFile } from '#ingress/browser/verify-file.ts';
import { createHostRoutes } from '#ingress/host/routes.ts';
import { isPlainHttp } from '#ingress/http/is-plain-http.ts';
import { httpMetrics } from '#ingress/http/middleware/http-metrics.ts';
import { createIngressMetrics } from '#ingress/metrics.ts';
import { createAdminApp } from '#ingress/operator/app.ts';
import { startErasures } from '#ingress/operator/erasure-timer.ts';
import { createBrowserApp } from '#ingress/public-app.ts';
import { createFreshLogins } from '#ingress/waking/fresh-logins.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import { createAccountCapacity } from '#models/account/capacity.ts';
import { createBindingModel } from '#models/documents/binding.ts';
import { createDirectory } from '#models/documents/directory.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { createErasure, createErasureModel } from '#models/documents/erasure.ts';
import { openInstallation } from '#models/documents/installation.ts';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { prepareMongo } from '#models/documents/prepare-mongo.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
import { createLoginRecords } from '#models/login/record.ts';
import { settledChannel } from '#models/login/settled-channel.ts';
import { createLoginStore } from '#models/login/store.ts';
import { createTickets } from '#models/login/ticket.ts';
import { createUnbinding } from '#models/login/unbinding.ts';
import { createWaitingLine } from '#models/login/waiting-line.ts';
import { createSealer } from '#models/sealing.ts';
import { tellOfUnopenable } from '#models/unopenable-secrets.ts';
import { createClientAddress } from '#operations/client-address.ts';
import { within } from '#operations/deadline.ts';
import { createDoorkeeper, type Door } from '#operations/doorkeeper.ts';
import { endStuckProcess } from '#operations/end-stuck-process.ts';
import { listen } from '#operations/http-server.ts';
import { createListenerWatch } from '#operations/listener-watch.ts';
import { createLogger } from '#operations/log.ts';
import { runProcess } from '#operations/run-process.ts';
import { tellOfUntrustedProxies } from '#operations/untrusted-proxy.ts';

/** They are looked up one by one, too: no reason to keep a process from its work. */
const learnWithinMs = 5_000;
const log = createLogger({ level: 'info', name: 'ingress' });

await runProcess(log, async (stack, life) => {
  const config = loadConfig(process.env);
  log.level = config.LOG_LEVEL;
  const { PUBLIC_URL: publicUrl, WECHAT_OPEN_URL: openOrigin, CODE_LIFETIME_MS: codeLifetimeMs } = config;
  if (isPlainHttp(publicUrl))
    log.warn({ publicUrl }, 'PUBLIC_URL is plain http: codes and tickets travel in the clear');
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards } = config;
  const onStuck = (why: string) => endStuckProcess(log, why);
  // What is opened first is closed last: until then /readyz says that this process goes.
  const last = stack.use(new AsyncDisposableStack());

  const { mongo, redis, onError } = await openServiceStores(stack, {
    config,
    role: 'producer',
    name: 'ingress',
    log,
    onStuck,
  });

  const accounts = createServiceAccountModel(mongo);
  const enterprises = createEnterpriseModel(mongo);
  const bindings = createBindingModel(mongo);
  const history = createLoginHistoryModel(mongo);
  const erasures = createErasureModel(mongo);
  await prepareMongo(mongo, config.MONGO_URL);

  const installation = stack.adopt(
    await openInstallation(mongo, (error) => log.warn({ err: error }, 'installation not read')),
    (opened) => opened.close(),
  );
  const sealer = createSealer(config.SECRET_KEYS, { format: installation.sealFormat });
  void tellOfUnopenable({ accounts, sealer, log });
  const directory = createDirectory({ enterprises, accounts });
  await within(learnWithinMs, directory.learn()).catch((error) =>
    log.warn({ err: error }, 'enterprises not read ahead'),
  );
  const store = createLoginStore({ redis, prefix });
  const records = createLoginRecords(store, { shards, codeLifetimeMs });
  const tickets = createTickets(store, sealer);
  const queue = stack.adopt(createExchangeQueue({ redis, prefix, shards, onError }), (producer) =>
    producer.close(),
  );
  const capacity = createAccountCapacity({
    redis,
    prefix,
    shards,
    callsPerSecond: config.ACCOUNT_CALLS_PER_MINUTE / 60,
  });
  const clock = createRedisClock();
  const presence = createWorkerPresence({
    queues: queue.queues,
    onChange: (isNobodyThere) =>
      log[isNobodyThere ? 'error' : 'info'](
        isNobodyThere ? 'no worker is there: people are held' : 'a worker is there again',
      ),
  });
  const backlog = stack.adopt(
    createBacklog({
      queues: queue.queues,
      capacity,
      onReading(shard, reading) {
        clock.hear(reading.now);
        presence.note(shard, reading);
      },
      onError: (error) => log.warn({ err: error }, 'backlog not read'),
    }),
    (reader) => reader.close(),
  );
  const settledLogins = stack.adopt(
    createSettledLogins({ onSettled: (id) => backlog.noteSettled(id) }),
    (waiting) => waiting.close(),
  );
  stack.adopt(
    await openSubscription({
      redis,
      channel: settledChannel(prefix),
      onMessage: settledLogins.hear,
      onGap: settledLogins.wakeAll,
      onSilence: () => log.warn('the subscription of settled logins fell silent; connecting anew'),
      onStuck: () => onStuck('no message of Redis comes back, though it takes them'),
    }),
    (subscription) => subscription.close(),
  );
  const freshLogins = stack.adopt(createFreshLogins(settledLogins), (fresh) => fresh.close());

  const metrics = createIngressMetrics();
  const addressOf = createClientAddress(config.TRUSTED_PROXIES);
  const proxies = tellOfUntrustedProxies({
    trusted: config.TRUSTED_PROXIES,
    publicUrl,
    host: config.HOST,
    isTrusted: addressOf.isTrusted,
    log,
  });
  const doorkeeperOf = (door: Door) =>
    createDoorkeeper({ door, log, addressOf, onRefused: metrics.credentialRefused });
  const clientName = createClientName({ addressOf, sealer });
  const cookie = createBrowserCookie({ publicUrl });
  const lines = stack.adopt(
    createDoorLines({
      backlog,
      line: createWaitingLine({ redis, prefix, shards }),
      isNobodyThere: presence.isNobodyThere,
      onError: (error) => log.warn({ err: error }, 'waiting line not read'),
    }),
    (standing) => standing.close(),
  );
  const admission = createAdmission({
    backlog,
    lines,
    isNobodyThere: presence.isNobodyThere,
    traffic: createTraffic(),
    clientName,
    sealer,
    isSecure: publicUrl.startsWith('https:'),
    onHeld: metrics.held,
  });
  metrics.liveWorkers(presence.count);
  const lanes = createLanes({ backlog, traffic: createTraffic() });
  const assets = createAssets();
  const pages = createPages({ assets: assets.urls });
  const { read } = records;
  const endLog = createLoginEndLog({ records, log });
  const viewOf = createLoginViews({
    directory,
    sealer,
    tickets,
    isBound: createIsBound(bindings),
    read,
    codeLifetimeMs,
    openOrigin,
    publicUrl,
    onExpired: endLog.expired,
  });
  const outsideWeChat = createOutsideWeChat({ pages, publicUrl });
  const startLogin = createStartLogin({
    outsideWeChat,
    admission,
    directory,
    records,
    cookie,
    pages,
    publicUrl,
    openOrigin,
    onBegun: metrics.loginBegun,
  });
  const startAgain = createStartAgain({ directory, cookie, pages });
  const callback = createReceiveCallback({
    outsideWeChat,
    records,
    queue,
    lanes,
    clientName,
    freshLogins,
    sealer,
    directory,
    cookie,
    pages,
    startAgain,
    startLogin,
    onCallback: metrics.callback,
    onRefused: endLog.refused,
  });
  const heldPolls = createHeldPolls();
  metrics.heldPolls(() => heldPolls.count);
  const readStatus = createReadStatus({
    heldPolls,
    records,
    viewOf,
    settledLogins,
    freshLogins,
    requeueLost: createRequeueLost({ queue, lanes, log }),
    cookie,
  });
  const loginPage = createLoginPage({ findOwn: readStatus.findOwn, viewOf, directory, startAgain, pages });
  const unbinding = createUnbinding({ store, shards, bindings });
  const erasure = createErasure({ erasures, enterprises, bindings, history, unbinding, sealer });
  const erasureTimer = stack.adopt(
    startErasures(erasure, (error) => log.warn({ err: error }, 'could not erase a removed enterprise yet')),
    (timer) => timer.close(),
  );
  const hostRoutes = createHostRoutes({
    doorkeeper: doorkeeperOf('host'),
    directory,
    tickets,
    bindings,
    unbinding,
    erasure,
    log,
  });
  const app = createBrowserApp({
    startLogin,
    callback,
    readStatus,
    loginPage,
    hostRoutes,
    pages,
    publicUrl,
    log,
    verifyFile: createVerifyFile({ accounts }),
    assets: assets.middleware,
    httpMetrics: httpMetrics(metrics),
  });

  const server = stack.adopt(
    await listen(proxies.watch(app.callback()), {
      host: config.HOST,
      port: config.PORT,
      variables: ['HOST', 'PORT'],
      watch: createListenerWatch({ listener: 'public', metrics, log }),
      unreadable: unreadablePage,
    }),
    ({ close }) => close(),
  );
  const admin = createAdminApp({
    config: { adminToken: config.ADMIN_TOKEN, adminWritable: config.ADMIN_WRITABLE },
    publicUrl,
    erasure,
    onErasure: erasureTimer.begin,
    doorkeeper: doorkeeperOf('operator'),
    addressOf,
    accounts,
    enterprises,
    sealer,
    queues: queue.queues,
    probes: createStoreProbes({ redis, prefix, shards, mongo, queues: queue.queues }),
    registry: metrics.registry,
    now: clock.now,
    onAccountChanged: (appid, change) =>
      (change === 'stored' ? capacity.open(appid, 'misconfigured') : capacity.forget(appid)).then(
        () => {},
        (error) => log.warn({ err: error, appid }, 'standing of a changed account not cleared'),
      ),
    log,
    isReady: () => !life.isEnding,
  });
  const adminServer = last.adopt(
    await listen(proxies.watch(admin.callback()), {
      host: config.ADMIN_HOST,
      port: config.ADMIN_PORT,
      variables: ['ADMIN_HOST', 'ADMIN_PORT'],
      watch: createListenerWatch({ listener: 'operator', metrics, log }),
    }),
    ({ close }) => close(),
  );
  // The first things to happen at the end, the last one here before the others: balancers find out that this process goes
  // while it serves on; then pages that wait are answered, so that the listener can close.
  stack.defer(() => settledLogins.close());
  stack.defer(() => (life.mayLinger ? server.linger(config.DRAIN_MS) : undefined));
  log.info({ url: server.url, adminUrl: adminServer.url, publicUrl }, 'ingress is ready');
});
