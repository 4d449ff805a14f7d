import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import type { Probe } from '#operations/health.ts';
import { createOperatorApp } from '#operations/operator-app.ts';
import type { WorkerMetrics } from '#workers/process/metrics.ts';

/** The workers' small admin listener: metrics and health, nothing to change. */
export function createWorkerOperatorApp(deps: {
  adminToken: string;
  doorkeeper: Doorkeeper;
  metrics: Pick<WorkerMetrics, 'registry'>;
  /** Of the stores, for /readyz. */
  probes: Record<string, Probe>;
  /** False while the process starts or closes. */
  isReady?: () => boolean;
  log: Logger;
}): Koa {
  const { adminToken, doorkeeper, metrics, probes, isReady = () => true, log } = deps;
  return createOperatorApp({
    adminToken,
    doorkeeper,
    registry: metrics.registry,
    probes,
    isReady,
    log,
  });
}
