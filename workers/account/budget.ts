import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { isRedisRefusal } from '#connections/redis-refusal.ts';
import type { AccountCapacity, Taken } from '#models/account/capacity.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';

/** A login that would wait longer than this, its code claimed, gives its place in the worker to another account's. */
const longestWaitMs = 300;
/** Far more than accounts that are called in a second. */
const mostLeases = 10_000;
/** Calls that were taken and not made in this time are left unused. */
const leaseMs = 1_000;

export type CallWish = {
  /** An account, or a slice of one. */
  readonly name: string;
  readonly leaves?: number;
  readonly isFirstToTry?: boolean;
  readonly isSecond?: boolean;
};
export type Closed = Extract<Taken, { verb: 'closed' }>;
type Lease = {
  left: number;
  until: number;
  isProbe: boolean;
  waiting: number;
  refill: Promise<Taken> | undefined;
};

export type CallBudget = ReturnType<typeof createCallBudget>;

/**
 * The code exchanges that an account may make, out of the one budget of all workers. WeChat counts the two calls of a login
 * apart (50,000 a minute each), so one count stands for both.
 */
export function createCallBudget(deps: {
  capacity: Pick<AccountCapacity, 'take'>;
  /** How long a login may be at its call. */
  triesForMs: number;
  /** So many logins of one account may wait here at once. */
  mostWaiting: number;
}) {
  const { capacity, triesForMs, mostWaiting } = deps;
  // Strangers bring names, too: of their slices.
  const leases = new LRUCache<string, Lease>({ max: mostLeases });

  function leaseOf({ name, leaves = 0 }: CallWish): Lease {
    const key = `${name} ${leaves}`;
    const lease = leases.get(key) ?? { left: 0, until: 0, isProbe: false, waiting: 0, refill: undefined };
    leases.set(key, lease);
    return lease;
  }

  function keep(lease: Lease, calls: number, isProbe = false): void {
    lease.left = calls;
    lease.isProbe = isProbe;
    lease.until = performance.now() + leaseMs;
  }

  async function refill(wish: CallWish, lease: Lease): Promise<Taken> {
    const { name, ...rest } = wish;
    try {
      const taken = await capacity.take(name, { ...rest, triesForMs });
      if (taken.verb === 'go' || taken.verb === 'probe') keep(lease, taken.calls, taken.verb === 'probe');
      return taken;
    } catch (refusal) {
      if (!isRedisRefusal(refusal)) throw refusal;
      // The claim is on record already, and no other can be made until Redis takes writes again.
      keep(lease, 1);
      return { verb: 'go', calls: 1 };
    }
  }

  return {
    /**
     * `go`: one call may be made; `probe`: it tries a closed account; {@link Closed}: none may be made. Throws
     * {@link HeldBackError} when waiting for one would take too long.
     */
    async take(wish: CallWish): Promise<'go' | 'probe' | Closed> {
      const lease = leaseOf(wish);
      const begun = performance.now();
      lease.waiting += 1;
      try {
        while (lease.left === 0 || performance.now() >= lease.until) {
          if (lease.waiting > mostWaiting) throw new HeldBackError(longestWaitMs, wish.name);
          lease.refill ??= refill(wish, lease).finally(() => {
            lease.refill = undefined;
          });
          const taken = await lease.refill;
          if (taken.verb === 'closed') return taken;
          if (taken.verb !== 'wait') continue;
          const hasWaitedMs = performance.now() - begun;
          if (hasWaitedMs + taken.ms > longestWaitMs) throw new HeldBackError(taken.ms, wish.name);
          await sleep(taken.ms);
        }
        lease.left -= 1;
        return lease.isProbe ? 'probe' : 'go';
      } finally {
        lease.waiting -= 1;
      }
    },

    /** The call was not made, or cost nobody anything. */
    giveBack(wish: CallWish): void {
      const lease = leaseOf(wish);
      keep(lease, performance.now() < lease.until ? lease.left + 1 : 1);
    },
  };
}
