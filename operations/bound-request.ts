import type { ParsedUrlQuery } from 'node:querystring';
import type Koa from 'koa';
import { isWithin, type QueryBounds, readQuery, usualQuery } from './read-query.ts';

/** A request that is not looked at any further. Its message may be shown: it repeats nothing of the request. */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest';
  /** Koa's and http-errors' words for a fault of the caller that may be told. */
  readonly status = 400;
  readonly expose = true;
}

/** The longest address of ours, `/v1/bindings/{openid}`, has some 400 characters. */
const longestPath = 1_024;
/** Browsers send a few hundred characters. */
const longestPreference = 1_024;
const preferences = ['accept', 'accept-language', 'accept-encoding'];
/** An address as a proxy is asked for it (RFC 9112, section 3.2.2). Servers must take it, too. */
const absoluteForm = /^https?:\/\/[^/?#]*/i;

/**
 * For the head of an app's middlewares: bounds what reading a request may cost, before anything of it is parsed, and throws
 * {@link UnreadableRequest}. `ctx.query` is our linear reader from then on, for every middleware of this app.
 */
export function boundRequest(
  app: Koa,
  boundsOf: (path: string) => QueryBounds = () => usualQuery,
): Koa.Middleware {
  replaceQuery(app);
  return function boundRequest(ctx, next) {
    const { req } = ctx;
    // The libraries that weigh these are no match for thousands of entries; without one, everything is welcome.
    for (const name of preferences) {
      if ((req.headers[name]?.length ?? 0) > longestPreference) delete req.headers[name];
    }
    let { url = '' } = req;
    if (absoluteForm.test(url)) {
      url = url.replace(absoluteForm, '').replace(/^(?!\/)/, '/');
      req.url = url;
    }
    // Koa's parser of addresses throws on some that begin with another scheme.
    if (!/^(\/|\*$)/.test(url)) {
      // The refusal is made by middlewares that look at the path.
      req.url = '/';
      throw new UnreadableRequest('The address cannot be read.');
    }
    const mark = url.indexOf('?');
    if ((mark === -1 ? url.length : mark) > longestPath) {
      throw new UnreadableRequest(`The path must not be longer than ${longestPath} characters.`);
    }
    const bounds = boundsOf(mark === -1 ? url : url.slice(0, mark));
    if (mark !== -1 && !isWithin(url.slice(mark + 1), bounds)) {
      throw new UnreadableRequest(
        `The query must not have more than ${bounds.parameters} parameters or ${bounds.length} characters.`,
      );
    }
    ctx.state[bounded] = true;
    return next();
  };
}

const bounded = 'isBounded';

/** False for a request that was refused for what reading it would cost: its query is nothing to look at, not even to say so. */
export const isBounded = ({ state }: Pick<Koa.Context, 'state'>): boolean => state[bounded] === true;

/** Koa's own getter is quadratic in repeated names. Whoever reads `ctx.query` of this app gets the linear one. */
function replaceQuery(app: Koa): void {
  Object.defineProperty(app.request, 'query', {
    get(this: Koa.Request): ParsedUrlQuery {
      return readQuery(this.querystring);
    },
  });
}
