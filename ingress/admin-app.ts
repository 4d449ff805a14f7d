import type { Queue } from 'bullmq';
import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { logChanges } from '#ingress/admin/log-changes.ts';
import { manageAccounts } from '#ingress/admin/manage-accounts.ts';
import { manageEnterprises } from '#ingress/admin/manage-enterprises.ts';
import { queueDashboard } from '#ingress/admin/queue-dashboard.ts';
import { createQueueMetrics } from '#ingress/admin/queue-metrics.ts';
import { refuseForeignOrigin } from '#ingress/admin/refuse-foreign-origin.ts';
import { jsonErrors } from '#ingress/middleware/json-errors.ts';
import type { EnterpriseModel } from '#models/enterprise.ts';
import type { Erasure } from '#models/erasure.ts';
import type { Sealer } from '#models/sealing.ts';
import type { ServiceAccountModel } from '#models/service-account.ts';
import type { ClientAddress } from '#operations/client-address.ts';
import { within } from '#operations/deadline.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import type { Probe } from '#operations/health.ts';
import { createOperatorApp } from '#operations/operator-app.ts';

/** Less than the 5 s that MongoDB’s driver looks for a server. */
const deadlineMs = 3_000;

/** The operator's door, for the second listener: accounts, enterprises, the queue dashboard, metrics and health. */
export function createAdminApp(deps: {
  config: { readonly adminToken: string; readonly adminWritable: boolean };
  publicUrl: string;
  erasure: Erasure;
  onErasure: () => void;
  doorkeeper: Doorkeeper;
  addressOf: ClientAddress;
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  sealer: Sealer;
  /** One for each shard. */
  queues: readonly Queue[];
  /** Of the stores, for /readyz. */
  probes: Record<string, Probe>;
  registry: Registry;
  /** Redis's clock, ms: that of the jobs' ages. */
  now?: () => number;
  onAccountChanged?: (appid: string, change: 'stored' | 'removed') => Promise<void>;
  log: Logger;
  /** False while the process starts or closes. */
  isReady?: () => boolean;
}): Koa {
  const { config, queues, probes, registry, log, isReady = () => true } = deps;
  const app = createOperatorApp({
    adminToken: config.adminToken,
    doorkeeper: deps.doorkeeper,
    registry,
    probes,
    refreshMetrics: createQueueMetrics({ queues, registry, ...(deps.now && { now: deps.now }) }),
    isReady,
    log,
  });

  app.use(jsonErrors(log));
  app.use(refuseForeignOrigin());
  app.use(logChanges(deps));
  app.use((_ctx, next) => within(deadlineMs, next()));
  app.use(manageAccounts(deps).routes());
  app.use(manageEnterprises(deps).routes());
  app.use(queueDashboard({ queues, isWritable: config.adminWritable }));
  return app;
}
