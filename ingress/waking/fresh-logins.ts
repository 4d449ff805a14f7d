import { LRUCache } from 'lru-cache';
import type { SettledListener, SettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord, RecordedCode } from '#models/login/record.ts';

/** A waiting page asks within moments of its callback; what is older may have changed and is read. */
const freshForMs = 2_000;
const mostKept = 20_000;

export type FreshLogin = {
  readonly login: LoginRecord;
  readonly listener: SettledListener;
  /** By `performance.now()`: its record is as of then. */
  readonly keptAt: number;
};
export type FreshLogins = ReturnType<typeof createFreshLogins>;

/**
 * The logins whose code this process has just put on record: their page's first question needs no look at Redis. Each is
 * listened for from before its job is enqueued, so no announcement is missed, and is told from here once only: whatever
 * happens to it later is in its record.
 */
export function createFreshLogins(settledLogins: SettledLogins, { forMs = freshForMs } = {}) {
  const kept = new LRUCache<string, FreshLogin>({
    max: mostKept,
    ttl: forMs,
    dispose: ({ listener }, _id, reason) => {
      if (reason !== 'delete') listener.stop();
    },
  });

  // Not `ttlAutopurge`: a timer for each login costs more than all else here.
  const sweep = setInterval(() => kept.purgeStale(), forMs);

  return {
    /** Call before the job is enqueued. */
    keep(id: string, browser: string, recorded: RecordedCode): FreshLogin {
      const { entId, appid, target, lang, hostState, challenge, goal, now, n, diesAt } = recorded;
      const login: LoginRecord = {
        id,
        browser,
        entId,
        appid,
        target,
        lang,
        hostState,
        challenge,
        goal,
        now,
        status: 'pending',
        stage: 'recorded',
        begunAt: now,
        recordedAt: now,
        codeDiesAt: diesAt,
        codes: n,
        // What is asked for, and how often, should the code be lost: then the record is read.
        scope: 'snsapi_userinfo',
        rounds: 0,
        reason: undefined,
        outcome: undefined,
        ticket: undefined,
        ticketDiesAt: 0,
        isRedeemed: false,
        isUnbound: false,
      };
      const fresh = { login, listener: settledLogins.listen(id), keptAt: performance.now() };
      kept.set(id, fresh);
      return fresh;
    },

    /** Its page's to use, and to stop listening for; undefined when it is not fresh, or another browser's. */
    take(id: string, browser: string | undefined): FreshLogin | undefined {
      const fresh = kept.get(id);
      if (fresh === undefined || fresh.login.browser !== browser) return undefined;
      kept.delete(id);
      return fresh;
    },

    /** Its callback waits for the news itself: a page that comes meanwhile reads the record. Give it back, or stop its listener. */
    borrow({ login }: FreshLogin): void {
      kept.delete(login.id);
    },

    giveBack(fresh: FreshLogin): void {
      const { id } = fresh.login;
      if (kept.has(id)) fresh.listener.stop();
      else kept.set(id, fresh);
    },

    close(): void {
      clearInterval(sweep);
      kept.clear();
    },
  };
}
