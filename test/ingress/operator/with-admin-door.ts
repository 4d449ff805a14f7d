import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createStoreProbes } from '#connections/store-probes.ts';
import { createIngressMetrics } from '#ingress/metrics.ts';
import { createCountCodes } from '#ingress/operate/codes-at-stake.ts';
import { createIncidents } from '#ingress/operate/incidents.ts';
import { createLive } from '#ingress/operate/live.ts';
import { createLoad } from '#ingress/operate/load.ts';
import { createNames } from '#ingress/operate/names.ts';
import { createFindOldest } from '#ingress/operate/oldest-login.ts';
import { openAccess } from '#ingress/operate/open-access.ts';
import { createTellStandings } from '#ingress/operate/tell-standings.ts';
import { createWindows } from '#ingress/operate/windows.ts';
import { createOperatorDoor } from '#ingress/operator/app.ts';
import { type FetchLogo, LogoFault } from '#ingress/operator/fetch-logo.ts';
import { createAccountCapacity } from '#models/account/capacity.ts';
import { createLoginHourModel } from '#models/counts/hours.ts';
import { createMinutes } from '#models/counts/minutes.ts';
import { createBindingModel } from '#models/documents/binding.ts';
import { createBroadcastModel } from '#models/documents/broadcast.ts';
import { createClientModel } from '#models/documents/client.ts';
import { createDirectory } from '#models/documents/directory.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { createErasure, createErasureModel } from '#models/documents/erasure.ts';
import { createIncidentModel } from '#models/documents/incident.ts';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { createLogoModel } from '#models/documents/logo.ts';
import { createOperatorModel } from '#models/documents/operator.ts';
import { createOperatorActionModel } from '#models/documents/operator-action.ts';
import { createServiceAccountModel, type LevelledPause } from '#models/documents/service-account.ts';
import { createSigningKeyModel } from '#models/documents/signing-key.ts';
import { createSigningKeys } from '#models/documents/signing-keys.ts';
import { exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { createLoginRecords } from '#models/login/record.ts';
import { createLoginStore } from '#models/login/store.ts';
import { createUnbinding } from '#models/login/unbinding.ts';
import { createSealer } from '#models/sealing.ts';
import { withDoorkeeper } from '#test/ingress/with-doorkeeper.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { withProxiedMongo } from '#test/support/with-proxied-mongo.ts';
import { withProxy } from '#test/support/with-proxy.ts';
import { withRedis } from '#test/support/with-redis.ts';

const noLogo: FetchLogo = () => Promise.reject(new LogoFault('is not asked in this test'));

export const adminToken = 'operator-token-0123456789';

/** The operator's door over HTTP, on real stores that can be made to hang. */
export async function withAdminDoor(
  t: Pick<ExecutionContext, 'teardown'>,
  {
    shards = 1,
    adminWritable = false,
    guesses = 10_000,
    fetchLogo = noLogo,
    deadlineMs = 60_000,
    adminUrl,
    now,
  }: {
    shards?: number;
    adminWritable?: boolean;
    guesses?: number;
    fetchLogo?: FetchLogo;
    /** A busy machine is slow; a test that makes a store hang wants less. */
    deadlineMs?: number;
    /** ADMIN_URL */
    adminUrl?: string;
    /** Redis's clock, ms. */
    now?: () => number;
  } = {},
) {
  const { url, prefix } = withRedis(t);
  const redisUrl = new URL(url);
  const redisProxy = await withProxy(t, { host: redisUrl.hostname, port: Number(redisUrl.port) });
  redisUrl.port = String(redisProxy.port);
  const redis = new Redis(redisUrl.href, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
  redis.on('error', () => {});
  const queues = Array.from({ length: shards }, (_, shard) => {
    const queue = new Queue(exchangeQueueName, { connection: redis, prefix: shardPrefix(prefix, shard) });
    queue.on('error', () => {});
    return queue;
  });
  t.teardown(() => redis.disconnect());

  const { mongo, proxy: mongoProxy } = await withProxiedMongo(t);
  const accounts = createServiceAccountModel(mongo);
  const enterprises = createEnterpriseModel(mongo);
  const clients = createClientModel(mongo);
  const operators = createOperatorModel(mongo);
  const actions = createOperatorActionModel(mongo);
  const logos = createLogoModel(mongo);
  await Promise.all([accounts, enterprises, clients, operators].map((model) => model.createIndexes()));

  const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
  const { log, lines } = capturedLog();
  const [bindings, history] = [createBindingModel(mongo), createLoginHistoryModel(mongo)];
  await Promise.all([bindings, history].map((model) => model.createIndexes()));
  const store = createLoginStore({ redis, prefix });
  const erasure = createErasure({
    erasures: createErasureModel(mongo),
    enterprises,
    clients,
    bindings,
    history,
    unbinding: createUnbinding({ store, shards, bindings }),
    sealer,
  });
  const signingKeys = createSigningKeyModel(mongo);
  const keys = createSigningKeys({ signingKeys, sealer, onUnopenable: () => {} });
  const incidents = createIncidents(createIncidentModel(mongo), { calmMs: 30_000 });
  const names = createNames({ enterprises, accounts });
  const hours = createLoginHourModel(mongo);
  const minutes = createMinutes({ redis, prefix, minuteMs: 60_000 });
  const windows = createWindows({ minutes, hours, now: Date.now });
  const paused = new Map<string, LevelledPause>();
  const countCodes = createCountCodes({ queues, redis });
  const operate = {
    countCodes,
    windows,
    incidents,
    names,
    standingOf: () => undefined,
    live: createLive({
      windows,
      incidents,
      names,
      directory: createDirectory({ enterprises, accounts, clients }),
      tellStandings: createTellStandings({
        standings: () => [],
        paused: { list: () => paused },
        heldAt: () => 7,
        countCodes,
      }),
      load: createLoad({
        waiting: () => 0,
        liveWorkers: () => 1,
        held: () => ({ people: 0, longestMs: 0 }),
        findOldest: createFindOldest({
          queues,
          whyWaits: () => undefined,
          standings: () => [],
          now: Date.now,
        }),
        standings: () => [],
        callsPerMinute: 45_000,
      }),
      now: Date.now,
    }),
  };
  const readiness = { isReady: true };
  const app = createOperatorDoor({
    deadlineMs,
    ...(now && { now }),
    ...openAccess({
      redis,
      prefix,
      documents: { operators, actions },
      config: { ADMIN_TOKEN: adminToken, ADMIN_URL: adminUrl },
    }),
    signInDoorkeeper: withDoorkeeper(log, { door: 'operator', guesses: 5 }),
    isWritable: adminWritable,
    broadcasts: createBroadcastModel(mongo),
    logos,
    fetchLogo,
    callsPerMinute: 45_000,
    testSecret: () => Promise.resolve(undefined),
    operate,
    bindings,
    capacity: createAccountCapacity({ redis, prefix, shards, callsPerSecond: 750 }),
    erasure,
    onErasure: () => void erasure.work().catch(() => {}),
    publicUrl: 'https://login.example.com',
    doorkeeper: withDoorkeeper(log, { door: 'operator', guesses }),
    addressOf: ({ socket }) => socket.remoteAddress ?? '',
    accounts,
    enterprises,
    clients,
    keys,
    sealer,
    records: createLoginRecords(store, { shards, codeLifetimeMs: 300_000 }),
    history,
    stored: { redis, prefix, shards },
    whyWaits: () => undefined,
    queues,
    probes: createStoreProbes({ redis, prefix, shards, mongo, queues }),
    registry: createIngressMetrics().registry,
    log,
    isReady: () => readiness.isReady,
  });
  const origin = await withServer(t, app);

  async function call(
    method: string,
    path: string,
    options: { json?: unknown; body?: string; headers?: Record<string, string>; token?: string | null } = {},
  ) {
    const { json, body = json === undefined ? null : JSON.stringify(json), token = adminToken } = options;
    const response = await fetch(origin + path, {
      method,
      body,
      redirect: 'manual',
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== null && { 'content-type': 'application/json' }),
        ...options.headers,
      },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parseAnswer(text) };
  }

  return {
    app,
    origin,
    call,
    accounts,
    enterprises,
    clients,
    operators,
    actions,
    logos,
    keys,
    bindings,
    history,
    sealer,
    incidents,
    /** What the door has heard of paused accounts. */
    paused,
    minutes,
    queues,
    redis,
    /** What every key of this door's has in it: the server is everybody's. */
    prefix,
    redisProxy,
    mongoProxy,
    readiness,
    lines,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: each test says itself what it expects of an answer
function parseAnswer(text: string): any {
  return /^[[{]/.test(text) ? JSON.parse(text) : null;
}
