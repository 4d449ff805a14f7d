import type { Middleware } from 'koa';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { Problem } from '#ingress/http/problem.ts';

/** Each holds its body in memory, until the last verdict is read. */
const most = 8;

/** One import of an enterprise at a time, and not too many in all: whoever comes meanwhile is told so before a byte is read. */
export function importPlaces(): Middleware {
  const underWay = new Set<string>();
  return async function importPlaces(ctx, next) {
    // Who hung up while his key was looked at will close nothing any more.
    if (ctx.res.closed || ctx.res.destroyed) return;
    const { entId } = enterpriseOf(ctx);
    if (underWay.has(entId) || underWay.size >= most) {
      const headers = { 'Retry-After': '5', Connection: 'close' };
      const words = 'Another import is under way. Try again when it has been answered.';
      throw new Problem(503, 'temporarily_unavailable', words, { headers });
    }
    underWay.add(entId);
    ctx.res.once('close', () => underWay.delete(entId));
    await next();
  };
}
