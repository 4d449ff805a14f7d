import type { Context, Middleware } from 'koa';

const key = 'wayOn';

/** For a form of a page of ours: whatever is wrong with it, the person gets back to that page, which says how things stand by now. */
export function wayOn(pathOf: (ctx: Context) => string): Middleware {
  return function keepWayOn(ctx, next) {
    ctx.state[key] = pathOf(ctx);
    return next();
  };
}

/** The path of the page that the form of this request stood on; undefined for any other request. */
export const wayOnOf = ({ state }: Pick<Context, 'state'>): string | undefined =>
  state[key] as string | undefined;
