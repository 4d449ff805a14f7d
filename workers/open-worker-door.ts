import type { Queue } from 'bullmq';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { RedisClient } from '#connections/redis-client.ts';
import { createStoreProbes } from '#connections/store-probes.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import { createFindNamed } from '#models/documents/operator.ts';
import { createClientAddress } from '#operations/client-address.ts';
import { createDoorkeeper } from '#operations/doorkeeper.ts';
import { listenBeside } from '#operations/http-server.ts';
import { createListenerWatch } from '#operations/listener-watch.ts';
import { createFindOperator } from '#operations/require-operator.ts';
import type { WorkerMetrics } from '#workers/process/metrics.ts';
import { createWorkerOperatorApp } from '#workers/process/operator-app.ts';

/** The workers' small admin listener. `last` is closed after everything else. */
export async function openWorkerDoor(
  last: AsyncDisposableStack,
  options: {
    config: Config;
    redis: RedisClient;
    mongo: Connection;
    documents: Pick<Documents, 'operators'>;
    queues: readonly Queue[];
    metrics: WorkerMetrics;
    isReady: () => boolean;
    log: Logger;
  },
) {
  const { config, redis, mongo, documents, queues, metrics, isReady, log } = options;
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards } = config;
  const addressOf = createClientAddress(config.TRUSTED_PROXIES);
  const onRefused = metrics.credentialRefused;
  const app = createWorkerOperatorApp({
    findOperator: createFindOperator(config.ADMIN_TOKEN, createFindNamed(documents.operators)),
    doorkeeper: createDoorkeeper({ door: 'operator', log, addressOf, onRefused }),
    metrics,
    probes: createStoreProbes({ redis, prefix, shards, queues, mongo }),
    isReady,
    log,
  });
  return last.adopt(
    await listenBeside(app.callback(), {
      host: config.ADMIN_HOST,
      port: config.WORKER_ADMIN_PORT,
      watch: createListenerWatch({ listener: 'operator', metrics, log }),
      variables: ['ADMIN_HOST', 'WORKER_ADMIN_PORT'],
    }),
    ({ close }) => close(),
  );
}
