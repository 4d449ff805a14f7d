import type { Accounts } from './accounts.ts';
import type { Behaviour } from './behaviour.ts';

const dayMs = 86_400_000;
// Chinese days: WeChat's own reset hour is documented nowhere.
const chinaOffsetMs = 8 * 3_600_000;

/** `lengthMs` may change between two calls; a new window begins with it. */
function createWindow(lengthMs: () => number, offsetMs = 0) {
  let current = '';
  let counts = new Map<string, number>();
  return {
    /** Refused calls are not counted, so a client that hammers is let in again at the next window's start. */
    admits(key: string, limit: number, time: number): boolean {
      const length = lengthMs();
      const window = `${length} ${Math.floor((time + offsetMs) / length)}`;
      if (window !== current) {
        current = window;
        counts = new Map();
      }
      const count = counts.get(key) ?? 0;
      if (count >= limit) return false;
      counts.set(key, count + 1);
      return true;
    },
  };
}

/** What WeChat's documents limit beside: calls for an account's own token. */
const documented: Record<string, { minute?: number; day: number }> = {
  token: { day: 2_000 },
  stable_token: { minute: 10_000, day: 500_000 },
};

/** Documented are 50,000 calls a minute per account and endpoint; in the field 45011 came far earlier. */
export function createQuotas(deps: { behaviour: Behaviour; accounts: Accounts; now: () => number }) {
  const { behaviour, accounts, now } = deps;
  const minute = createWindow(() => behaviour.minuteMs);
  const day = createWindow(() => dayMs, chinaOffsetMs);

  /** 0 = go on, else the errcode. A code named in a refused call stays unspent. */
  return function checkQuota(appid: string, endpoint: string): 0 | 45009 | 45011 {
    const own = accounts.find(appid)?.minuteQuota;
    const limits = documented[endpoint];
    const perMinute = own === undefined ? (behaviour.minuteQuota ?? limits?.minute ?? null) : own;
    const perDay = behaviour.dailyQuota ?? limits?.day ?? null;
    if (perMinute === null && perDay === null) return 0;
    const key = `${appid} ${endpoint}`;
    if (perMinute !== null && !minute.admits(key, perMinute, now())) return 45011;
    if (perDay !== null && !day.admits(key, perDay, now())) return 45009;
    return 0;
  };
}

export type CheckQuota = ReturnType<typeof createQuotas>;
