import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import type { Probe } from '#operations/health.ts';
import { createOperatorApp } from '#operations/operator-app.ts';
import type { FindOperator } from '#operations/require-operator.ts';
import type { WorkerMetrics } from '#workers/process/metrics.ts';

/** The workers' small admin listener: metrics and health, nothing to change. */
export function createWorkerOperatorApp(deps: {
  findOperator: FindOperator;
  doorkeeper: Doorkeeper;
  metrics: Pick<WorkerMetrics, 'registry'>;
  /** Of the stores, for /readyz. */
  probes: Record<string, Probe>;
  /** False while the process starts or closes. */
  isReady?: () => boolean;
  log: Logger;
}): Koa {
  const { findOperator, doorkeeper, metrics, probes, isReady = () => true, log } = deps;
  return createOperatorApp({
    access: { find: findOperator },
    doorkeeper,
    registry: metrics.registry,
    probes,
    isReady,
    log,
  });
}
