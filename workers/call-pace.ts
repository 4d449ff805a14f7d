import type { RedisClient } from '#models/login-moves.ts';
import { isRedisRefusal } from '#models/redis-refusal.ts';

/** An account's calls are halved once for a spell of refusals, not once for each of them. */
const oneCutEachMs = 5_000;
/** A cut rate doubles in this time, until it is the full one again. */
const doublesInMs = 60_000;
const slowestPerSecond = 5;

type Cut = { readonly to: number; readonly at: number };

export type CallPace = ReturnType<typeof createCallPace>;

/**
 * How fast an account may be called: the configured rate, or less after WeChat said "too often". The limit was met at a
 * tenth of the documented one (600 calls in 15 s), so the rate is learned and shared by all workers through Redis.
 */
export function createCallPace(deps: {
  redis: RedisClient;
  prefix: string;
  perSecond: number;
  now?: () => number;
}) {
  const { redis, prefix, perSecond, now = Date.now } = deps;
  const cuts = new Map<string, Cut>();
  const keyOf = (appid: string) => `${prefix}:pace:${appid}`;

  function rateOf(appid: string): number {
    const cut = cuts.get(appid);
    if (cut === undefined) return perSecond;
    const rate = cut.to * 2 ** ((now() - cut.at) / doublesInMs);
    if (rate >= perSecond) cuts.delete(appid);
    return Math.min(rate, perSecond);
  }

  return {
    perSecond,
    rateOf,
    /** Learns what other workers found out. */
    async refresh(appid: string): Promise<void> {
      const cut = await redis.get(keyOf(appid));
      if (cut !== null) cuts.set(appid, JSON.parse(cut) as Cut);
    },
    /** Halves the account's rate, at most once in five seconds. */
    async slowDown(appid: string): Promise<void> {
      const last = cuts.get(appid);
      if (last !== undefined && now() - last.at < oneCutEachMs) return;
      const cut: Cut = { to: Math.max(rateOf(appid) / 2, slowestPerSecond), at: now() };
      cuts.set(appid, cut);
      await redis.set(keyOf(appid), JSON.stringify(cut), 'EX', 3_600).catch((error: unknown) => {
        // The other workers find out by themselves; the login in hand must not fail for it.
        if (!isRedisRefusal(error)) throw error;
      });
    },
  };
}
