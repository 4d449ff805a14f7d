import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { neighbourhoodOf } from './client-address.ts';

const remembered = 10_000;
const provenForMs = 60 * 60_000;

export type GuessBrake = ReturnType<typeof createGuessBrake>;

/**
 * Slows down whoever tries credentials: after `most` wrong ones in `perSeconds`, an address is not listened to until that
 * time is over. A credential that was right from that address a short while ago is no guess and always passes, so that
 * strangers behind the same proxy do not lock its owner out; those at other addresses never can.
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

  return {
    /** Seconds to wait before this credential is looked at; 0: look at it now. `digest` is the credential's. */
    async secondsToWait(address: string, digest: string): Promise<number> {
      const key = neighbourhoodOf(address);
      if (!counted.has(key) || proven.has(`${address} ${digest}`)) return 0;
      const guesses = await wrong.get(key);
      if (guesses === null || guesses.consumedPoints < most) return 0;
      return Math.max(Math.ceil(guesses.msBeforeNext / 1_000), 0);
    },
    async noteWrong(address: string, digest: string): Promise<void> {
      const key = neighbourhoodOf(address);
      counted.set(key, true);
      proven.delete(`${address} ${digest}`);
      await wrong.penalty(key);
    },
    noteRight(address: string, digest: string): void {
      proven.set(`${address} ${digest}`, true);
    },
  };
}
