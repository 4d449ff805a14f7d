import type Koa from 'koa';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { RedisClient } from '#models/login-moves.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import { createOperatorApp } from '#operations/operator-app.ts';
import type { WorkerMetrics } from '#workers/metrics.ts';

/** The workers' small admin listener: metrics and health, nothing to change. */
export function createWorkerAdminApp(deps: {
  adminToken: string;
  doorkeeper: Doorkeeper;
  metrics: Pick<WorkerMetrics, 'registry'>;
  redis: RedisClient;
  mongo: Connection;
  /** False while the process starts or closes. */
  isReady?: () => boolean;
  log: Logger;
}): Koa {
  const { adminToken, doorkeeper, metrics, redis, mongo, isReady = () => true, log } = deps;
  return createOperatorApp({
    adminToken,
    doorkeeper,
    registry: metrics.registry,
    probes: { redis: () => redis.ping(), mongo: () => mongo.getClient().db('admin').command({ ping: 1 }) },
    isReady,
    log,
  });
}
