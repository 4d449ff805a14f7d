import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from 'koa';

const header = 'X-Request-Id';

/** Gives each request a name of its own: its answer carries it, and every log line that is about it. */
export function nameRequest(): Middleware {
  return function nameRequest(ctx, next) {
    // Past Koa's `set`, which looks at the value again.
    ctx.res.setHeader(header, randomUUID());
    return next();
  };
}

export function requestIdOf(ctx: Context): string | undefined {
  return ctx.res.getHeader(header)?.toString();
}
