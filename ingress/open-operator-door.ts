import type { Queue } from 'bullmq';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import { createStoreProbes } from '#connections/store-probes.ts';
import type { Backlog } from '#ingress/admission/backlog.ts';
import type { DoorLines } from '#ingress/admission/door-lines.ts';
import type { WorkerPresence } from '#ingress/admission/worker-presence.ts';
import type { IngressMetrics } from '#ingress/metrics.ts';
import { openAccess } from '#ingress/operate/open-access.ts';
import { openOperate } from '#ingress/operate/open-operate.ts';
import { createOperatorDoor } from '#ingress/operator/app.ts';
import { createFetchLogo } from '#ingress/operator/fetch-logo.ts';
import { createTestSecret, openProbeQueue } from '#ingress/operator/test-secret.ts';
import type { Minutes } from '#models/counts/minutes.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import type { ClientAddress } from '#operations/client-address.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import { createGuessBrake, type GuessBrake } from '#operations/guess-brake.ts';

type Door = Parameters<typeof createOperatorDoor>[0];

/** The operator's door on the admin listener: who may come in, what there is to see, what may be changed. */
export function openOperatorDoor(
  stack: AsyncDisposableStack,
  options: {
    config: Config;
    redis: RedisClient;
    mongo: Connection;
    documents: Documents;
    queues: readonly Queue[];
    people: Pick<Door, 'erasure' | 'onErasure' | 'records' | 'capacity'>;
    minutes: Minutes;
    backlog: Pick<Backlog, 'standings' | 'waiting' | 'isPaused' | 'isKnown'>;
    presence: Pick<WorkerPresence, 'goneSince' | 'count'>;
    whyWaits: Door['whyWaits'];
    held: DoorLines['held'];
    heldAt: DoorLines['standingAt'];
    clock: RedisClock;
    addressOf: ClientAddress;
    doorkeeperOf: (door: 'operator', brake?: GuessBrake) => Doorkeeper;
    metrics: IngressMetrics;
    isReady: () => boolean;
    onError: (error: Error) => void;
    log: Logger;
  },
) {
  const { config, redis, mongo, documents, queues, clock, doorkeeperOf, metrics, onError, log } = options;
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards, PUBLIC_URL: publicUrl } = config;
  const probes = openProbeQueue(stack, { redis, prefix, onError });
  return createOperatorDoor({
    ...documents,
    ...options.people,
    ...openAccess({ redis, prefix, documents, config }),
    operate: openOperate(stack, {
      ...options,
      prefix,
      alertWebhookUrl: config.ALERT_WEBHOOK_URL,
      callsPerMinute: config.ACCOUNT_CALLS_PER_MINUTE,
    }),
    testSecret: createTestSecret({ probes, accounts: documents.accounts, now: clock.now }),
    callsPerMinute: config.ACCOUNT_CALLS_PER_MINUTE,
    fetchLogo: createFetchLogo({
      allowed: config.LOGO_ADDRESSES,
      mayBePlain: publicUrl.startsWith('http:'),
    }),
    isWritable: config.ADMIN_WRITABLE,
    publicUrl,
    doorkeeper: doorkeeperOf('operator'),
    signInDoorkeeper: doorkeeperOf('operator', createGuessBrake({ most: 5 })),
    addressOf: options.addressOf,
    queues,
    probes: createStoreProbes({ redis, prefix, shards, mongo, queues }),
    registry: metrics.registry,
    now: clock.now,
    stored: { redis, prefix, shards },
    whyWaits: options.whyWaits,
    log,
    isReady: options.isReady,
  });
}
