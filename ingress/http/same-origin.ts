import type { Middleware } from 'koa';
import { Problem } from '#ingress/http/problem.ts';

/**
 * The operator's door: a browser that knows the token sends it along with whatever any other site makes it send. Requests that
 * change something are therefore refused when the browser says that another origin made them. `adminUrl`: where browsers see
 * this door, for a proxy that passes on no Host of theirs.
 */
export function refuseForeignOrigin(adminUrl?: string): Middleware {
  const ownOrigin = adminUrl === undefined ? undefined : new URL(adminUrl).origin;
  return async function refuseForeignOrigin(ctx, next) {
    const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
    const origin = ctx.get('origin');
    const isOurs = origin === '' || origin === ownOrigin || URL.parse(origin)?.host === ctx.host;
    if (!isReading && !(isOurs && isSameSite(ctx.get('sec-fetch-site'), 'none'))) {
      throw new Problem(403, 'forbidden', 'A request from another site changes nothing here.');
    }
    await next();
  };
}

/**
 * A form of our own pages. SameSite=Lax keeps the cookie from a foreign form already, but not from one of a sister domain; what
 * the browser tells of the form's home must agree. Our forms have the Origin `null`, since our pages send no referrer.
 */
export function refuseForeignForm({ publicUrl }: { publicUrl: string }): Middleware {
  return async function refuseForeignForm(ctx, next) {
    const isOurs = ['', 'null', publicUrl].includes(ctx.get('origin'));
    if (!isOurs || !isSameSite(ctx.get('sec-fetch-site'))) {
      throw new Problem(403, 'forbidden', 'This form was sent from another site.');
    }
    await next();
  };
}

/** `none`: the person typed the address. Empty: of a browser that tells nothing, or of no browser. */
const isSameSite = (site: string, ...more: string[]): boolean => ['', 'same-origin', ...more].includes(site);
