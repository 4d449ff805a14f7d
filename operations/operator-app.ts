import Koa from 'koa';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createAdminMetrics } from './admin-metrics.ts';
import { boundRequest, UnreadableRequest } from './bound-request.ts';
import { onBrokenOff } from './broken-off.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import { createHealth, type Probe } from './health.ts';
import { nameRequest, requestIdOf } from './request-id.ts';
import { operatorOf, type RequireOperator, requireOperator } from './require-operator.ts';
import { createSampledLog } from './sampled-log.ts';

/**
 * What every process shows its operator: `/healthz` (it lives), `/readyz` (it can work) and `/metrics`. Anything but
 * the first two needs the token. The ingress mounts more on it.
 */
export function createOperatorApp(deps: {
  doorkeeper: Doorkeeper;
  /** Who may come in; the health paths are open to everybody, and metrics to every role. */
  access: Pick<RequireOperator, 'find' | 'findSession' | 'signIn' | 'refuse'> & {
    readonly open?: readonly string[];
    readonly roleFor?: RequireOperator['roleFor'];
  };
  registry: Registry;
  /** The stores the process cannot work without, by name; each resolves when its store answers. */
  probes: Record<string, Probe>;
  /** False while the process starts or closes. */
  isReady?: () => boolean;
  /** Brings up to date what is measured at scrape time. Must end by itself. */
  refreshMetrics?: () => Promise<void>;
  log: Logger;
}): Koa {
  const { registry, isReady = () => true, refreshMetrics = async () => {} } = deps;
  const checkHealth = createHealth(deps.probes);
  const admin = createAdminMetrics(registry, { checkHealth, roleOf: (ctx) => operatorOf(ctx)?.role });
  const app = new Koa();
  app.on('error', onBrokenOff(deps.log));
  const refusals = createSampledLog(deps.log);

  const show: Record<string, (ctx: Koa.Context) => Promise<void> | void> = {
    '/healthz'(ctx) {
      ctx.body = { alive: true };
    },
    async '/readyz'(ctx) {
      // Then the stores may be closed already.
      if (!isReady()) {
        ctx.status = 503;
        ctx.body = { ready: false, why: { process: 'it starts or ends' } };
        return;
      }
      const { isHealthy, stores, why } = await checkHealth();
      ctx.status = isHealthy ? 200 : 503;
      ctx.body = { ready: isHealthy, ...stores, ...(!isHealthy && { why }) };
    },
    async '/metrics'(ctx) {
      // While it ends the stores may be closed already.
      await Promise.all([refreshMetrics(), isReady() ? admin.askStores() : undefined]);
      ctx.set('Content-Type', registry.contentType);
      ctx.body = await registry.metrics();
    },
  };

  app.use(nameRequest());
  app.use(admin.count);
  app.use(async function setSecurityHeaders(ctx, next) {
    ctx.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
    });
    await next();
  });
  app.use(async function refuseUnreadable(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error;
      const { status, message: reason } = error;
      refusals.write(reason, 'info', { requestId: requestIdOf(ctx), status, reason }, 'request refused');
      ctx.status = status;
      ctx.body = { error: 'invalid_request', error_description: error.message };
    }
  });
  app.use(boundRequest(app));
  const { access, doorkeeper } = deps;
  app.use(
    requireOperator({
      ...access,
      open: ['/healthz', '/readyz', ...(access.open ?? [])],
      roleFor: (ctx) => (ctx.path === '/metrics' ? 'metrics' : (access.roleFor?.(ctx) ?? 'viewer')),
      doorkeeper,
    }),
  );
  app.use(async function showOperations(ctx, next) {
    const answer = Object.hasOwn(show, ctx.path) ? show[ctx.path] : undefined;
    if (answer === undefined) {
      await next();
      if (ctx.status === 404 && ctx.body == null) {
        ctx.body = { error: 'not_found', error_description: 'There is nothing at this address.' };
        ctx.status = 404;
      }
      return;
    }
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.status = 405;
      ctx.set('Allow', 'GET, HEAD');
      ctx.body = { error: 'method_not_allowed', error_description: 'Only GET is possible here.' };
      return;
    }
    await answer(ctx);
  });
  return app;
}
