import '#operations/end-signals.ts';
import '#operations/compile-cache.ts';
import { loadConfig } from '#config';
import { createGathering } from '#connections/gathering.ts';
import { openServiceStores } from '#connections/open-service-stores.ts';
import { createRedisClock } from '#connections/redis-clock.ts';
import { createRedisMemory } from '#connections/redis-memory.ts';
import { createStoreProbes } from '#connections/store-probes.ts';
import { createClientName } from '#ingress/admission/client-name.ts';
import { openAdmission } from '#ingress/admission/open-admission.ts';
import { createBrowserDoor } from '#ingress/browser/browser-door.ts';
import { createPages } from '#ingress/browser/pages/render-page.ts';
import { tellPerson } from '#ingress/browser/pages/tell-person.ts';
import { createHostDoor } from '#ingress/host/routes.ts';
import { tellOfPlainHttp } from '#ingress/http/is-plain-http.ts';
import { createIngressMetrics } from '#ingress/metrics.ts';
import { createClientDoorkeepers } from '#ingress/oidc/client-doorkeepers.ts';
import { createInteractionLimits } from '#ingress/oidc/interaction-limits.ts';
import { createOidcDoor } from '#ingress/oidc/routes.ts';
import { openListeners } from '#ingress/open-listeners.ts';
import { openLogins } from '#ingress/open-logins.ts';
import { openAccess } from '#ingress/operate/open-access.ts';
import { openOperate } from '#ingress/operate/open-operate.ts';
import { createOperatorDoor } from '#ingress/operator/app.ts';
import { openErasures } from '#ingress/operator/erasure-timer.ts';
import { createTestSecret, openProbeQueue } from '#ingress/operator/test-secret.ts';
import { createPublicApp } from '#ingress/public-app.ts';
import { openScans } from '#ingress/scan/open-scans.ts';
import { createScanDoor } from '#ingress/scan/scan-door.ts';
import { openWaking } from '#ingress/waking/open-waking.ts';
import { openCounts } from '#models/counts/open-counts.ts';
import { createHistoryWriter } from '#models/documents/history-writer.ts';
import { openDocuments } from '#models/documents/open-documents.ts';
import { createReachedLogins } from '#models/login/reached-logins.ts';
import { createUnbinding } from '#models/login/unbinding.ts';
import { createRows } from '#models/oidc/rows.ts';
import { createClientAddress } from '#operations/client-address.ts';
import { createDoorkeeper, type Door } from '#operations/doorkeeper.ts';
import { endStuckProcess } from '#operations/end-stuck-process.ts';
import { createGuessBrake } from '#operations/guess-brake.ts';
import { createLogger } from '#operations/log.ts';
import { runProcess, type Start } from '#operations/run-process.ts';

/** The ingress, in the order in which it opens: what it stands on, who may come in, the doors. Reads the environment. */
export const openIngress: Start = async (stack, life, log) => {
  const config = loadConfig(process.env);
  log.level = config.LOG_LEVEL;
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards, PUBLIC_URL: publicUrl } = config;
  tellOfPlainHttp(publicUrl, log);
  const onStuck = (why: string) => endStuckProcess(log, why);
  // What is opened first is closed last: until then /readyz says that this process goes.
  const last = stack.use(new AsyncDisposableStack());

  // What it stands on.
  const stores = { config, role: 'producer', name: 'ingress', log, onStuck } as const;
  const { mongo, redis, onError } = await openServiceStores(stack, stores);
  const documents = await openDocuments(stack, { mongo, config, log });
  const { sealer, bindings, paused } = documents;
  await documents.learn();
  const gathering = createGathering();
  const logins = openLogins(stack, { redis, gathering, config, sealer, onError });
  const { queues } = logins.queue;

  // Who asks, may a login begin, and what wakes its page.
  const metrics = createIngressMetrics(gathering);
  const addressOf = createClientAddress(config.TRUSTED_PROXIES);
  const clientName = createClientName({ addressOf, sealer });
  const clock = createRedisClock();
  const asked = { logins, paused, clock, sealer, clientName, publicUrl, metrics, log };
  const { backlog, presence, ...admission } = openAdmission(stack, { redis, prefix, ...asked });
  const waking = await openWaking(stack, { redis, prefix, onSettled: backlog.noteSettled, onStuck, log });

  // The doors.
  const pages = createPages();
  const { WECHAT_OPEN_URL: openOrigin, CODE_LIFETIME_MS: codeLifetimeMs } = config;
  const settings = { publicUrl, openOrigin, codeLifetimeMs, callbackHoldMs: config.CALLBACK_HOLD_MS };
  const door = { ...admission, clientName };
  const desktops = { store: logins.store, shards, sealer, pages, publicUrl, addressOf };
  const opening = openScans({ ...desktops, perMinute: config.SCANS_PER_MINUTE });
  const { openScan } = opening;
  const { count, minutes } = openCounts(stack, {
    ...{ redis, prefix, clock, log },
    minuteMs: config.COUNTED_MINUTE_MS,
    onCounted: metrics.steps.add,
    hours: documents.hours,
  });
  const onLost = (error: unknown) => log.error({ err: error }, 'history not written');
  const history = stack.adopt(createHistoryWriter(documents.history, onLost), (writer) => writer.close());
  const browser = createBrowserDoor({
    documents,
    history,
    count,
    logins,
    door,
    waking,
    openScan,
    pages,
    settings,
    metrics,
    log,
  });
  const { steps } = browser;
  const { records } = logins;
  const scan = createScanDoor({ documents, records, opening, steps, waking, pages, publicUrl, metrics });
  const unbinding = createUnbinding({ store: logins.store, shards, bindings });
  const erasures = openErasures(stack, { documents, unbinding, log });
  const onRefused = metrics.credentialRefused;
  const doorkeeperOf = (door: Door, brake = createGuessBrake()) =>
    createDoorkeeper({ door, log, addressOf, onRefused, brake });
  const people = { ...documents, ...logins, ...erasures, unbinding };
  const host = createHostDoor({
    ...people,
    count,
    tellPerson,
    doorkeeper: doorkeeperOf('host'),
    publicUrl,
    log,
  });
  const oidc = createOidcDoor({
    documents,
    logins: createReachedLogins(logins.store, sealer),
    rows: createRows({ redis, prefix, sealer }),
    limits: createInteractionLimits({ addressOf, usedMemory: createRedisMemory(redis) }),
    login: browser.within,
    count,
    pages,
    doorkeeperOf: createClientDoorkeepers({ addressOf, onRefused: metrics.credentialRefused, log }),
    publicUrl,
    log,
  });
  const operate = openOperate(stack, {
    ...{ redis, prefix, minutes, documents, queues, backlog, presence, clock, log },
    alertWebhookUrl: config.ALERT_WEBHOOK_URL,
  });
  const probes = openProbeQueue(stack, { redis, prefix, onError });
  const testSecret = createTestSecret({ probes, accounts: documents.accounts, now: clock.now });
  const access = openAccess({ redis, prefix, documents, config });
  const operatorApp = createOperatorDoor({
    ...people,
    ...access,
    testSecret,
    operate,
    bindings,
    isWritable: config.ADMIN_WRITABLE,
    publicUrl,
    doorkeeper: doorkeeperOf('operator'),
    signInDoorkeeper: doorkeeperOf('operator', createGuessBrake({ most: 5 })),
    addressOf,
    queues,
    probes: createStoreProbes({ redis, prefix, shards, mongo, queues }),
    registry: metrics.registry,
    now: clock.now,
    stored: { redis, prefix, shards },
    whyWaits: admission.whyWaits,
    log,
    isReady: () => !life.isEnding,
  });

  const publicApp = createPublicApp({ browser, scan, host, oidc, pages, publicUrl, metrics, log });
  const listening = { publicApp, operatorApp, config, addressOf, metrics, log };
  const { publicServer, operatorServer } = await openListeners({ stack, last }, listening);
  // The first things to happen at the end, the last one here before the others: balancers find out that this process goes
  // while it serves on; then pages that wait are answered, so that the listener can close.
  stack.defer(() => waking.settledLogins.close());
  stack.defer(() => (life.mayLinger ? publicServer.linger(config.DRAIN_MS) : undefined));
  log.info({ url: publicServer.url, adminUrl: operatorServer.url, publicUrl }, 'ingress is ready');
};

// Or by main.ts, beside the other role.
if (import.meta.main) await runProcess(createLogger({ level: 'info', name: 'ingress' }), openIngress);
