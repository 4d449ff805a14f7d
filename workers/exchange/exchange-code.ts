import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ExchangeJob } from '#models/login/job.ts';
import { type Claim, type ExchangeLedger, type Settlement, timeLeftOf } from '#models/login/ledger.ts';
import type { Identity } from '#models/login/ticket.ts';
import type { LoginTrouble } from '#models/login/trouble.ts';
import { createTryAgain } from '#operations/try-again.ts';
import type { Token } from '#wechat/api/replies.ts';
import { sourceOf } from '#wechat/sources/all-sources.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import type { Standing } from '#workers/account/hold-back-calls.ts';
import type { Caller } from '#workers/account/shares.ts';
import { createAfterFailedCall, TryAgain } from '#workers/exchange/after-failed-call.ts';
import { countFailedCall } from '#workers/exchange/count-end.ts';
import { createIdentifyPerson, type IdentifyDeps } from '#workers/exchange/identify-person.ts';
import {
  endOfDead,
  failed,
  type LoginEnd,
  lost,
  misconfigured,
  turnedAway,
} from '#workers/exchange/login-end.ts';
import { troubleOf } from '#workers/exchange/login-trouble.ts';
import { createOpenSecret } from '#workers/exchange/open-secret.ts';
import { createStepTimer } from '#workers/exchange/step-timer.ts';

/** How a run of the job ended. `joined`: another run had done, or was doing, the work. */
export type ExchangeResult =
  | { readonly verb: 'joined' }
  | {
      readonly verb: 'settled';
      readonly claim: Claim;
      readonly settlement: Settlement;
      readonly elapsedMs: number;
      /** ms of Redis's clock. */
      readonly settledAt: number;
      readonly identity?: Identity;
      readonly trouble?: LoginTrouble;
      readonly timings: Record<string, number>;
    };

export type ExchangeDeps = IdentifyDeps & {
  readonly ledger: ExchangeLedger;
  /** True when the job's code is past its use, by Redis's clock. */
  readonly isDying?: (job: ExchangeJob) => boolean;
  /** Each step of each run, at the level debug. */
  readonly log?: Pick<Logger, 'debug'>;
};

/**
 * The time from the next minute's begin until a code that waited for it is sent. Those who wait up to 60 s come back over a
 * fifth of that (job-lines.ts), which is 12 s; a code is not sent in its last 5 s; the rest is for its turn in the queue. One
 * that has less would most likely be told the same a minute later: it is told now.
 */
const nextTryTakesMs = 20_000;

/**
 * One login, from its code to its answer: claim, budget, token, then who the person is (identify-person.ts), settle. Every step is
 * on record before the next begins, so that a run after a crash goes on where the last one stopped. Throws HeldBackError,
 * and whatever is a bug.
 */
export function createExchangeCode(deps: ExchangeDeps) {
  const { ledger, sealer, directory, wechat, gate, count, isDying = () => false, log } = deps;
  const openSecret = createOpenSecret(sealer);
  const afterFailedCall = createAfterFailedCall(deps);
  const identifyPerson = createIdentifyPerson(deps);
  // The code's deadline ends this, not a count: `claim` answers 'expired' in time.
  const again = createTryAgain((error) => error instanceof TryAgain, {
    firstPauseMs: 200,
    longestPauseMs: 3_000,
    maxRetries: 1_000,
    onRetry: (error) => deps.onRetry?.((error as TryAgain).cause),
  });

  return (job: ExchangeJob, jobId: string): Promise<ExchangeResult> => {
    const { timings, timed } = createStepTimer();
    const codePlace = `login:${job.login}:code`;
    const tokenPlace = `login:${job.login}:token`;

    const callerOf = ({ appid, entId }: Claim): Caller => ({ appid, entId, client: job.client });
    const step = (what: string, told: object = {}) =>
      log?.debug({ login: job.login, job: jobId, ...told }, what);
    /** Of the code that was claimed last, ms of Redis's clock: the login may have a later one than the job's. */
    let diesAt: number | undefined;

    async function attempt(): Promise<ExchangeResult> {
      // Before the claim, so that a closed account costs nothing. A code that dies is claimed all the same: for its end.
      const standing = isDying(job) ? 'open' : gate.look(job);
      const claim = await ledger.claim(job.login, jobId, randomUUID());
      timings['queue'] ??= claim.now - claim.recordedAt;
      const { verb, n, calls, waitMs, timeLeftMs } = claim;
      diesAt = claim.now + timeLeftMs;
      step('claimed', { verb, code: n, calls, waitMs, timeLeftMs });
      switch (claim.verb) {
        case 'gone':
        case 'done':
        case 'joined':
          return { verb: 'joined' };
        case 'wait':
          await sleep(claim.waitMs);
          return attempt();
        case 'expired':
        case 'spent':
          return settle(claim, endOfDead(claim.verb, gate.lastKnown(claim)));
        case 'exchange':
          return goOn(claim, standing === 'open' ? await pay(claim) : standing);
        case 'resume':
          return resume(claim);
      }
    }

    /** Of a code that is claimed: what is not sent now must not look as if it might have been. */
    async function pay(claim: Claim): Promise<Standing> {
      try {
        const standing = await gate.enter(callerOf(claim), claim.calls > 1);
        step('paid for', { standing });
        return standing;
      } catch (error) {
        step('not sent now', { why: (error as Error).message });
        await ledger.release(job.login, claim.claimId, { wasSent: false });
        throw error;
      }
    }

    function goOn(claim: Claim, standing: Standing): Promise<ExchangeResult> {
      if (typeof standing === 'object') return awaitQuota(claim, standing.exhaustedForMs);
      if (standing === 'open') return exchange(claim);
      return settle(claim, misconfigured);
    }

    /** The day's quota may be raised while the code lives. A code that would be dead by the next try has its end now. */
    async function awaitQuota(claim: Claim, exhaustedForMs: number): Promise<ExchangeResult> {
      if (claim.timeLeftMs < exhaustedForMs + nextTryTakesMs) return settle(claim, turnedAway);
      await ledger.release(job.login, claim.claimId, { wasSent: false });
      throw new HeldBackError(exhaustedForMs);
    }

    async function exchange(claim: Claim): Promise<ExchangeResult> {
      const { appid, calls } = claim;
      // With Redis away the claim's answer, or the budget's, may have come after its death: the next claim is told so.
      if (timeLeftOf(claim) <= 0) {
        await ledger.release(job.login, claim.claimId, { wasSent: false });
        return attempt();
      }
      let token: Token;
      let isBegun = false;
      try {
        const account = await directory.findAccount(appid);
        if (account === undefined) {
          await gate.misconfigured(appid, 'unknown-account');
          return settle(claim, failed('misconfigured', { cause: 'unknown-account' }));
        }
        const code = sealer.open(claim.sealed, codePlace);
        const secret = openSecret(account);
        const source = sourceOf(account);
        const fetchToken = () => {
          isBegun = true;
          return wechat.fetchToken({
            source,
            appid,
            secret,
            code,
            timeLeftMs: Math.max(timeLeftOf(claim), 1),
          });
        };
        token = await timed('token', () => gate.exchange(callerOf(claim), calls > 1, fetchToken));
      } catch (error) {
        const trouble = troubleOf(error);
        step('not exchanged', trouble);
        countFailedCall(count, claim, trouble);
        return settle(claim, await afterFailedCall(job.login, claim, error, isBegun));
      }
      step('exchanged', { isSnapshot: token.isSnapshot, isBase: token.isBase });
      return identify(claim, token, async () => {
        const sealedToken = sealer.seal(JSON.stringify(token), tokenPlace);
        const isSaved = (await ledger.saveToken(job.login, claim, jobId, sealedToken)) === 'saved';
        if (isSaved) count(claim, 'exchanged');
        return isSaved;
      });
    }

    async function resume(claim: Claim): Promise<ExchangeResult> {
      let token: Token;
      try {
        token = JSON.parse(sealer.open(claim.sealed, tokenPlace)) as Token;
      } catch {
        // Sealed by a process with a newer key than ours: the person authorises once more.
        await gate.misconfigured(claim.appid, 'unsealable');
        return settle(claim, { ...lost, trouble: { cause: 'unsealable' } });
      }
      return identify(claim, token, async () => true);
    }

    async function identify(
      claim: Claim,
      token: Token,
      keepToken: () => Promise<boolean>,
      knownAt = claim.now,
    ): Promise<ExchangeResult> {
      const end = await identifyPerson(job.login, claim, token, timed, keepToken);
      if (end === undefined) return { verb: 'joined' };
      // The host unbound the person while we were at it: what was found of the binding is worth nothing.
      const lookAgain = (now: number) => identify(claim, token, async () => true, now);
      return settle(claim, { ...end, knownAt }, lookAgain);
    }

    async function settle(
      claim: Claim,
      { identity, trouble, ...end }: LoginEnd,
      lookAgain?: (now: number) => Promise<ExchangeResult>,
    ): Promise<ExchangeResult> {
      const settlement: Settlement = { scope: claim.scope, ...end };
      const { verb, elapsedMs, now } = await timed('settle', () =>
        ledger.settle(job.login, claim.claimId, settlement),
      );
      step('settled', { verb, status: settlement.status, reason: settlement.reason, ...trouble });
      if (verb === 'next') return attempt();
      if (verb === 'unbound' && lookAgain !== undefined) return lookAgain(now);
      if (verb !== 'settled') return { verb: 'joined' };
      return {
        verb,
        claim,
        settlement,
        elapsedMs,
        settledAt: now,
        timings,
        ...(identity && { identity }),
        ...(trouble && { trouble }),
      };
    }

    return again(attempt).catch((error: unknown) => {
      if (!(error instanceof HeldBackError)) throw error;
      throw new HeldBackError(error.resumeInMs, error.line, diesAt);
    });
  };
}
