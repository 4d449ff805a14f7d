import '#operations/end-signals.ts';
import '#operations/compile-cache.ts';
import { loadConfig } from '#config';
import { createGathering } from '#connections/gathering.ts';
import { openServiceStores } from '#connections/open-service-stores.ts';
import { createRedisClock } from '#connections/redis-clock.ts';
import { createClientName } from '#ingress/admission/client-name.ts';
import { openAdmission } from '#ingress/admission/open-admission.ts';
import { tellOfPlainHttp } from '#ingress/http/is-plain-http.ts';
import { createIngressMetrics } from '#ingress/metrics.ts';
import { openListeners } from '#ingress/open-listeners.ts';
import { openLogins } from '#ingress/open-logins.ts';
import { openOperatorDoor } from '#ingress/open-operator-door.ts';
import { openPublicDoors } from '#ingress/open-public-doors.ts';
import { openErasures } from '#ingress/operator/erasure-timer.ts';
import { openWaking } from '#ingress/waking/open-waking.ts';
import { openCounts } from '#models/counts/open-counts.ts';
import { openDocuments } from '#models/documents/open-documents.ts';
import { createUnbinding } from '#models/login/unbinding.ts';
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
  const clock = createRedisClock();
  const documents = await openDocuments(stack, { mongo, config, now: clock.now, log });
  const { sealer, bindings, paused, hours } = documents;
  await documents.learn();
  const gathering = createGathering();
  const logins = openLogins(stack, { redis, gathering, config, sealer, onError });

  // Who asks, may a login begin, what wakes its page, and what is counted of it.
  const metrics = createIngressMetrics(gathering);
  const addressOf = createClientAddress(config.TRUSTED_PROXIES);
  const clientName = createClientName({ addressOf, sealer });
  const asked = { logins, paused, clock, sealer, clientName, publicUrl, metrics, log };
  const { backlog, presence, ...admission } = openAdmission(stack, { redis, prefix, ...asked });
  const waking = await openWaking(stack, { redis, prefix, onSettled: backlog.noteSettled, onStuck, log });
  const counting = { redis, prefix, clock, hours, minuteMs: config.COUNTED_MINUTE_MS, log };
  const { count, minutes } = openCounts(stack, { ...counting, onCounted: metrics.steps.add });

  // The doors.
  const unbinding = createUnbinding({ store: logins.store, shards, bindings });
  const erasures = openErasures(stack, { documents, unbinding, log });
  const people = { ...documents, ...logins, ...erasures, unbinding };
  const doorkeeperOf = (door: Door, brake = createGuessBrake()) =>
    createDoorkeeper({ door, log, addressOf, onRefused: metrics.credentialRefused, brake });
  const shared = { config, redis, documents, logins, people, addressOf, metrics, log };
  const publicApp = openPublicDoors(stack, {
    ...shared,
    door: { ...admission, clientName },
    waking,
    count,
    doorkeeper: doorkeeperOf('host'),
  });
  const operatorApp = openOperatorDoor(stack, {
    ...shared,
    ...{ mongo, queues: logins.queue.queues, minutes, backlog, presence, clock, doorkeeperOf, onError },
    whyWaits: admission.whyWaits,
    held: admission.held,
    heldAt: admission.heldAt,
    isReady: () => !life.isEnding,
  });
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
