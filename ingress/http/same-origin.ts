import type { Middleware } from 'koa';
import { Problem } from '#ingress/http/problem.ts';

/**
 * A browser that knows the token sends it along with whatever any other site makes it send. Requests that change
 * something are therefore refused when the browser says that another origin made them.
 */
export function refuseForeignOrigin(): Middleware {
  return async function refuseForeignOrigin(ctx, next) {
    const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (!isReading && isForeign(ctx.get('sec-fetch-site'), ctx.get('origin'), ctx.host)) {
      throw new Problem(403, 'forbidden', 'A request from another site changes nothing here.');
    }
    await next();
  };
}

function isForeign(site: string, origin: string, host: string): boolean {
  if (site !== '' && site !== 'same-origin' && site !== 'none') return true;
  return origin !== '' && URL.parse(origin)?.host !== host;
}
