import { settledChannel } from '#models/login/settled-channel.ts';
import type { FailureReason, LoginEndStatus, Scope } from '#models/login/status.ts';
import { type LoginStore, recordLifetimeMs, settledLifetimeMs } from '#models/login/store.ts';

/** A code is sent once, or twice when the first call's outcome is unknown: never a third time. */
export const callsPerCode = 2;

/** A browser's refused codes count for this long after the last of them. */
const refusedCodeMarkMs = 10 * 60_000;

/** What a run of the job may do; the verbs are explained in scripts/claim.lua. */
export type Claim = {
  readonly verb: 'gone' | 'done' | 'joined' | 'wait' | 'exchange' | 'resume' | 'expired' | 'spent';
  readonly claimId: string;
  readonly waitMs: number;
  /** The sealed code (`exchange`) or token (`resume`). */
  readonly sealed: string;
  readonly n: number;
  readonly calls: number;
  /** Of the code, at that moment; never trust a clock of this process for it. Later on: {@link timeLeftOf}. */
  readonly timeLeftMs: number;
  /** When it was asked for, by `performance.now()`: an answer that took its time must not make a code look younger. */
  readonly askedAt: number;
  readonly now: number;
  readonly recordedAt: number;
  readonly entId: string;
  /** For which enterprise of this ent_id it was begun (documentIdOf); '' when that is not known. */
  readonly enterprise: string;
  readonly appid: string;
  readonly scope: Scope;
  readonly lang: string;
  /** Digest of the cookie of the browser whose login it is. */
  readonly browser: string;
  /** ms of Redis's clock. */
  readonly begunAt: number;
  /** Lost before this one. */
  readonly rounds: number;
};

export type Settlement = {
  readonly status: LoginEndStatus;
  readonly reason?: FailureReason;
  /** Sealed; what the page or the host is to get. */
  readonly outcome?: string;
  readonly ticketDigest?: string;
  readonly ticketLifetimeMs?: number;
  /** Who logged in (personDigest), for a later unbinding to find. */
  readonly person?: string;
  /** When the binding was looked at, or a moment before; ms of Redis's clock. */
  readonly knownAt?: number;
  /** The scope to ask for, should the login be authorised again. */
  readonly scope: Scope;
  /** Counts towards the authorisations the page makes by itself. */
  readonly isLostRound?: boolean;
  /** Go on with another code of this login, where one waits and lives. */
  readonly mayTryNextCode?: boolean;
  /** WeChat did not take the code on its first call: it was made up, used elsewhere, or old. Counts against who brought it. */
  readonly isRefusedCode?: boolean;
};

export type Settled = {
  /** `unbound`: the host unbound the person since `knownAt`. Look again, and settle with `now` as the new `knownAt`. */
  readonly verb: 'settled' | 'next' | 'done' | 'fenced' | 'gone' | 'unbound';
  /** Since the code was recorded; of `settled` and `done`. */
  readonly elapsedMs: number;
  /** ms of Redis's clock; of `settled`, `done` and `unbound` (there after the unbinding, wherever the clock has gone since). */
  readonly now: number;
};

export type ExchangeLedger = ReturnType<typeof createExchangeLedger>;

/**
 * The worker's moves of a login: intent before the call, token before anything else, one end. A job that runs again
 * after a crash learns from here whether WeChat may already have seen the code.
 *
 * `claimWindowMs` is how long a claim counts as alive: longer than one call may last.
 */
export function createExchangeLedger(
  store: LoginStore,
  { claimWindowMs, leastUsefulMs }: { claimWindowMs: number; leastUsefulMs: number },
) {
  return {
    async claim(id: string, jobId: string, claimId: string): Promise<Claim> {
      const askedAt = performance.now();
      const reply = await store.run('claim', id, {
        jobId,
        claimId,
        windowMs: claimWindowMs,
        leastUsefulMs,
        mostCalls: callsPerCode,
      });
      const claim = reply as Omit<Claim, 'claimId' | 'askedAt'>;
      return claim.verb === 'gone' || claim.verb === 'done'
        ? { ...noClaim, claimId, askedAt, verb: claim.verb }
        : { ...claim, claimId, askedAt };
    },

    /** Gives the code back for another try. `wasSent: false` only when not a byte of the request left this process. */
    async release(id: string, claimId: string, { wasSent }: { wasSent: boolean }): Promise<void> {
      await store.run('release', id, { claimId, wasSent: wasSent ? 1 : 0 });
    },

    /** `done` and `joined`: the login has its token or its answer from elsewhere; this run is over. */
    async saveToken(
      id: string,
      claim: Claim,
      jobId: string,
      sealedToken: string,
    ): Promise<'saved' | 'done' | 'joined' | 'gone'> {
      const { claimId, n } = claim;
      return (await store.run('save-token', id, { claimId, jobId, n, sealedToken })) as 'saved';
    },

    /**
     * Ends the login and wakes its page with all it needs. `fenced`: another run holds the claim, so this one's failure
     * does not count.
     */
    async settle(id: string, claimId: string, settlement: Settlement): Promise<Settled> {
      const flag = (is: boolean | undefined) => (is === true ? 1 : 0);
      const reply = await store.run('settle', id, {
        claimId,
        status: settlement.status,
        reason: settlement.reason ?? '',
        outcome: settlement.outcome ?? '',
        ticket: settlement.ticketDigest ?? '',
        ticketMs: settlement.ticketLifetimeMs ?? 0,
        recordMs: recordLifetimeMs,
        scope: settlement.scope,
        isLostRound: flag(settlement.isLostRound),
        mayTryNext: flag(settlement.mayTryNextCode),
        channel: settledChannel(store.prefix),
        id,
        refusedMarkMs: settlement.isRefusedCode === true ? refusedCodeMarkMs : 0,
        person: settlement.person ?? '',
        knownAt: settlement.knownAt ?? 0,
        longestMs: settledLifetimeMs,
      });
      const { verb, elapsedMs, now } = reply as Settled;
      return { verb, elapsedMs, now: now ?? 0 };
    },
  };
}

/** ms that the claimed code has left by now: the wait for the budget, and each call before this one, took some of it. */
export const timeLeftOf = ({ timeLeftMs, askedAt }: Pick<Claim, 'timeLeftMs' | 'askedAt'>): number =>
  Math.ceil(timeLeftMs - (performance.now() - askedAt));

/** Of a login that is not there, or is over. */
const noClaim = {
  waitMs: 0,
  sealed: '',
  n: 0,
  calls: 0,
  timeLeftMs: 0,
  now: 0,
  recordedAt: 0,
  entId: '',
  enterprise: '',
  appid: '',
  scope: 'snsapi_userinfo',
  lang: '',
  browser: '',
  begunAt: 0,
  rounds: 0,
} as const;
