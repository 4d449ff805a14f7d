import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisClient } from '#models/login-moves.ts';
import { isRedisRefusal } from '#models/redis-refusal.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import type { CallPace } from '#workers/call-pace.ts';

/** A login that would wait longer than this gives its place in the worker to another account's. */
const longestWaitMs = 1_000;
/** Calls are taken from the shared budget in blocks of this part of a second: fewer round trips, little overdraft. */
const blocksPerSecond = 40;

type Lease = { left: number; until: number; waiting: number; refill: Promise<void> | undefined };

export type CallBudget = ReturnType<typeof createCallBudget>;

/**
 * Code exchanges an account may make each second, counted in Redis for all workers together. WeChat counts the two calls
 * of a login apart (50,000 a minute each), so one count stands for both.
 */
export function createCallBudget(deps: {
  redis: RedisClient;
  prefix: string;
  pace: CallPace;
  mostWaiting: number;
}) {
  const { redis, prefix, pace, mostWaiting } = deps;
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `${prefix}:calls`,
    points: pace.perSecond,
    duration: 1,
  });
  const leases = new Map<string, Lease>();

  async function refill(appid: string, lease: Lease): Promise<void> {
    await pace.refresh(appid);
    const rate = pace.rateOf(appid);
    const block = Math.max(Math.floor(rate / blocksPerSecond), 1);
    // A slowed account pays more for each call out of the same budget.
    const cost = Math.min(Math.ceil((block * pace.perSecond) / rate), pace.perSecond);
    try {
      const taken = await limiter.consume(appid, cost);
      lease.left = block;
      lease.until = Date.now() + taken.msBeforeNext;
    } catch (refusal) {
      if (isRedisRefusal(refusal)) {
        // Nobody is called meanwhile: the claim that follows waits until Redis takes writes again.
        lease.left = block;
        lease.until = Date.now() + 1_000;
        return;
      }
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await sleep(refusal.msBeforeNext + Math.random() * 20);
    }
  }

  return {
    /** Resolves when one call may be made. Throws {@link AccountPaused} when that would take too long. */
    async take(appid: string): Promise<void> {
      const lease = leases.get(appid) ?? { left: 0, until: 0, waiting: 0, refill: undefined };
      leases.set(appid, lease);
      const begun = Date.now();
      lease.waiting += 1;
      try {
        while (lease.left === 0 || Date.now() >= lease.until) {
          const hasWaited = Date.now() - begun;
          if (hasWaited > longestWaitMs || lease.waiting > mostWaiting) throw new AccountPaused(1_000);
          lease.refill ??= refill(appid, lease).finally(() => {
            lease.refill = undefined;
          });
          await lease.refill;
        }
        lease.left -= 1;
      } finally {
        lease.waiting -= 1;
      }
    },
  };
}
