import type { Context } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#ingress/http/problem.ts';
import { type ClientAddress, neighbourhoodOf } from '#operations/client-address.ts';

/** A scan is in Redis for so long. */
const lifetimeSeconds = 15 * 60;
/** Some 1.5 KB of Redis each. */
const mostOpen = 30_000;
/** Of one enterprise: what is opened there leaves the others theirs. */
const shareOfOne = 0.25;

export type OpeningLimits = ReturnType<typeof createOpeningLimits>;

/**
 * Anybody may open a desktop's page: so many a minute of one address for one enterprise (an office is one address), and so many
 * of all that may still be open. Each address that is remembered has opened one, so they are bounded, too.
 */
export function createOpeningLimits(deps: { addressOf: ClientAddress; perMinute: number; most?: number }) {
  const { addressOf, perMinute, most = mostOpen } = deps;
  const ofAddress = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const ofAll = new RateLimiterMemory({ points: most, duration: lifetimeSeconds });
  const ofEnterprise = new RateLimiterMemory({
    points: Math.ceil(most * shareOfOne),
    duration: lifetimeSeconds,
  });

  /** Counts one in. Throws a Problem (429) with the time to wait. */
  return async function countOpening({ req }: Pick<Context, 'req'>, entId: string): Promise<void> {
    try {
      const open = await ofAll.get('all');
      if (open !== null && open.consumedPoints >= most) throw open;
      await ofAddress.consume(`${entId} ${neighbourhoodOf(addressOf(req))}`);
      await ofEnterprise.consume(entId);
      await ofAll.consume('all');
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new Problem(429, 'too_many_requests', 'Too many QR codes were opened from here. Try again.', {
        headers: { 'Retry-After': String(Math.max(1, Math.ceil(error.msBeforeNext / 1_000))) },
      });
    }
  };
}
