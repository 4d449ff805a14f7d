import { LRUCache } from 'lru-cache';

/** So many ends are remembered; the middle one counts. */
const remembered = 15;
/** A few logins that hang, for a reason of their own, say nothing of the others. */
const hangers = 7;
/** What a fleet is trusted with until it has shown more, in logins a second. */
const trustedPerSecond = 200;
const bestHalvesInMs = 60_000;
const slotMs = 250;
const mostAccounts = 1_000;
const mostLogins = 50_000;
/** Whoever has waited for so long is not waited for by anybody in sight. */
const forgottenAfterMs = 60_000;

export type LoginPaces = ReturnType<typeof createLoginPaces>;

/** A pace for each account: one whose calls are paused says nothing of the others. */
export function createLoginPaces({ now = () => performance.now() } = {}) {
  const paces = new LRUCache<string, ReturnType<typeof createLoginPace>>({ max: mostAccounts });
  const accountOf = new LRUCache<string, string>({ max: mostLogins });

  function leave(id: string): ReturnType<typeof createLoginPace> | undefined {
    const appid = accountOf.get(id);
    accountOf.delete(id);
    return appid === undefined ? undefined : paces.get(appid);
  }

  return {
    began(id: string, appid: string): void {
      const pace = paces.get(appid) ?? createLoginPace({ now });
      paces.set(appid, pace);
      accountOf.set(id, appid);
      pace.began(id);
    },
    ended: (id: string): void => leave(id)?.ended(id),
    /** Its code is on no queue: it did not begin after all. */
    forget: (id: string): void => leave(id)?.forget(id),
    expectedMs: (appid: string): number => paces.get(appid)?.expectedMs() ?? 0,
  };
}

/** How long a login takes that begins now, reckoned from those whose codes this process has recorded. ms of this process's clock. */
export function createLoginPace({ now = () => performance.now() } = {}) {
  /** When each began, the oldest first. */
  const underWay = new Map<string, number>();
  const tookMs: number[] = [];
  let best = trustedPerSecond;
  let slot = { since: now(), ended: 0 };

  function countEnd(at: number): void {
    const passedMs = at - slot.since;
    if (passedMs >= slotMs) {
      const perSecond = (slot.ended / passedMs) * 1_000;
      best = Math.max(best * 2 ** (-passedMs / bestHalvesInMs), perSecond, trustedPerSecond);
      slot = { since: at, ended: 0 };
    }
    slot.ended += 1;
  }

  function middle(): number {
    return tookMs.toSorted((a, b) => a - b)[tookMs.length >> 1] ?? 0;
  }

  /** Of the oldest one that is not taken for a hanger. */
  function waitedMs(): number {
    let skipped = 0;
    for (const since of underWay.values()) {
      skipped += 1;
      if (skipped > hangers) return now() - since;
    }
    return 0;
  }

  return {
    began(id: string): void {
      const at = now();
      for (const [old, since] of underWay) {
        if (at - since < forgottenAfterMs) break;
        underWay.delete(old);
      }
      // At the end of the order, also when it has begun before.
      underWay.delete(id);
      underWay.set(id, at);
    },

    ended(id: string): void {
      const since = underWay.get(id);
      if (since === undefined) return;
      underWay.delete(id);
      const at = now();
      tookMs.push(at - since);
      if (tookMs.length > remembered) tookMs.shift();
      countEnd(at);
    },

    forget: (id: string): void => void underWay.delete(id),

    /** 0 while nothing is known: what is not known is no reason to expect a wait. */
    expectedMs(): number {
      return Math.max(middle(), waitedMs(), (underWay.size / best) * 1_000);
    },
  };
}
