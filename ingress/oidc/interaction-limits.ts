import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import { errors, Provider } from 'oidc-provider';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type ClientAddress, neighbourhoodOf } from '#operations/client-address.ts';

/** Of Redis: above the first part an address may have so many begun logins, above the second nobody begins one. */
const [crowdedAt, fullAt] = [0.7, 0.85];
const mostOfAddress = 100;
/** What nobody ended is forgotten by Redis, too. */
const lifetimeSeconds = 1_800;
const mostAddresses = 20_000;
const retryAfterSeconds = 5;

export type InteractionLimits = ReturnType<typeof createInteractionLimits>;

/**
 * Anybody who knows a client may have us keep what it asks for. A broadcast does so a thousand times a second, and there may be
 * one address for thousands of people, so nobody is refused while Redis has room: only when it runs short, first who began more
 * than he ended, then everybody. The rest of Redis is for those who have begun, and for logins by ticket.
 */
export function createInteractionLimits(deps: {
  addressOf: ClientAddress;
  /** The part of Redis's memory that is used. */
  usedMemory: () => number;
}) {
  const { addressOf, usedMemory } = deps;
  const begun = new RateLimiterMemory({ points: mostOfAddress, duration: lifetimeSeconds });
  // The limiter itself would remember any number of addresses.
  const remembered = new LRUCache<string, true>({
    max: mostAddresses,
    dispose: (_, key, reason) => {
      if (reason === 'evict') void begun.delete(key);
    },
  });
  const keyOf = ({ req }: Pick<Context, 'req'>) => neighbourhoodOf(addressOf(req));

  return {
    /** Counts one in that is to be kept. Throws the library's error: 429 or 503, with the time to wait, and never a redirect. */
    async begin(ctx: Context | undefined = Provider.ctx): Promise<void> {
      const part = usedMemory();
      if (part >= fullAt) throw refusal(ctx, 503, 'temporarily_unavailable');
      if (ctx === undefined) return;
      const key = keyOf(ctx);
      const known = part < crowdedAt ? null : await begun.get(key);
      if ((known?.consumedPoints ?? 0) >= mostOfAddress) throw refusal(ctx, 429, 'too_many_requests');
      remembered.set(key, true);
      await begun.penalty(key);
    },

    /** Gives the place of one that ended back: at an ingress that knows nothing of its address, to nobody. */
    async end(ctx: Context | undefined = Provider.ctx): Promise<void> {
      const key = ctx && keyOf(ctx);
      if (key !== undefined && remembered.has(key)) await begun.reward(key);
    },
  };
}

function refusal(ctx: Context | undefined, status: 429 | 503, error: string): Error {
  ctx?.set('Retry-After', String(retryAfterSeconds));
  const refused = new errors.CustomOIDCProviderError(error, 'too many logins were begun; try again');
  return Object.assign(refused, { status, statusCode: status, allow_redirect: false });
}
