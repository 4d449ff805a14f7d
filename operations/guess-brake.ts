import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { neighbourhoodOf } from './client-address.ts';

const remembered = 10_000;
const provenForMs = 60 * 60_000;
/** Whoever was let try, and never told what came of it, is forgotten. */
const judgedWithinMs = 10_000;

export type GuessBrake = ReturnType<typeof createGuessBrake>;

/**
 * Slows down whoever tries credentials: after `most` wrong ones in `perSeconds`, an address is not listened to until that
 * time is over. Those that are being judged count as wrong until they are found right, so that many at once are no way around it;
 * one credential many times at once is one guess. A credential that was right from that address a short while ago is no guess
 * and always passes, so that strangers behind the same proxy do not lock its owner out; those at other addresses never can.
 */
export function createGuessBrake({ most = 20, perSeconds = 60 } = {}) {
  const wrong = new RateLimiterMemory({ points: most, duration: perSeconds });
  // The limiter itself would remember any number of addresses.
  const counted = new LRUCache<string, true>({
    max: remembered,
    dispose: (_, key, reason) => {
      if (reason === 'evict') void wrong.delete(key);
    },
  });
  const proven = new LRUCache<string, true>({ max: remembered, ttl: provenForMs });
  /** By neighbourhood: what is looked at now. */
  const judged = new LRUCache<string, Set<string>>({ max: remembered, ttl: judgedWithinMs });

  function settle(key: string, digest: string): void {
    const open = judged.get(key);
    open?.delete(digest);
    if (open?.size === 0) judged.delete(key);
  }

  return {
    /**
     * Seconds to wait before this credential is looked at; 0: look at it now, and tell what came of it. `digest` is the
     * credential's.
     */
    async secondsToWait(address: string, digest: string): Promise<number> {
      const key = neighbourhoodOf(address);
      if (proven.has(`${address} ${digest}`)) return 0;
      const guesses = counted.has(key) ? await wrong.get(key) : null;
      // From here on nothing is waited for: nobody comes in between.
      const open = judged.get(key) ?? new Set<string>();
      const others = open.has(digest) ? open.size - 1 : open.size;
      const { consumedPoints = 0, msBeforeNext = perSeconds * 1_000 } = guesses ?? {};
      if (consumedPoints >= most) return Math.max(Math.ceil(msBeforeNext / 1_000), 0);
      // They are judged in a moment.
      if (consumedPoints + others >= most) return 1;
      judged.set(key, open.add(digest));
      return 0;
    },
    async noteWrong(address: string, digest: string): Promise<void> {
      const key = neighbourhoodOf(address);
      counted.set(key, true);
      proven.delete(`${address} ${digest}`);
      await wrong.penalty(key);
      settle(key, digest);
    },
    noteRight(address: string, digest: string): void {
      proven.set(`${address} ${digest}`, true);
      settle(neighbourhoodOf(address), digest);
    },
  };
}
