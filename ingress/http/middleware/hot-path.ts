import type { Context, Middleware } from 'koa';

/** One address that is asked for thousands of times a second; `pattern` has its id, if any, as its only group. */
export type HotRoute = {
  /** As the router names it, for metrics and logs. */
  readonly route: string;
  readonly pattern: RegExp;
  readonly handle: (ctx: Context, id: string) => Promise<void> | void;
};

/**
 * Past the router for the few addresses of logins and scans: its layers cost more than the work behind them. The same handlers answer,
 * within the same middlewares; other methods, and every other address, go on to the router.
 */
export function hotPath(routes: readonly HotRoute[]): Middleware {
  return function hotPath(ctx, next) {
    const { method, url = '' } = ctx.req;
    if (method !== 'GET') return next();
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    for (const { route, pattern, handle } of routes) {
      const found = pattern.exec(path);
      if (found === null) continue;
      ctx['_matchedRoute'] = route;
      return handle(ctx, found[1] ?? '');
    }
    return next();
  };
}
