import type { Context, Middleware } from 'koa';
import type { IngressMetrics } from '#ingress/metrics.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/** Times every request by the pattern of its route: a path holds ids, and whoever asks chooses it. */
export function httpMetrics(metrics: Pick<IngressMetrics, 'request'>): Middleware {
  return async function httpMetrics(ctx, next) {
    const begun = performance.now();
    const { res } = ctx;
    // `close` comes for every answer, also for one that its reader left.
    res.once('close', () => {
      const status = res.writableFinished ? `${Math.floor(res.statusCode / 100)}xx` : 'aborted';
      const method = methods.has(ctx.method) ? ctx.method : 'other';
      metrics.request(method, routeOf(ctx), status, (performance.now() - begun) / 1_000);
    });
    await next();
  };
}

function routeOf(ctx: Context): string {
  const route: unknown = ctx['_matchedRoute'];
  return route === undefined ? 'none' : String(route);
}
