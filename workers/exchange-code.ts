import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Directory, DirectoryUnavailable } from '#models/directory.ts';
import type { ExchangeJob } from '#models/exchange-job.ts';
import { type Claim, callsPerCode, type ExchangeLedger, type Settlement } from '#models/exchange-ledger.ts';
import type { FailureReason } from '#models/login-status.ts';
import { digest, type Sealer, UnsealError } from '#models/sealing.ts';
import {
  bindTicketLifetimeMs,
  createTicket,
  type Identity,
  sealOutcome,
  ticketLifetimeMs,
} from '#models/ticket.ts';
import type { AccountGate } from '#workers/account-gate.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import type { BindingWriter } from '#workers/binding-writer.ts';
import { fetchProfile } from '#workers/fetch-profile.ts';
import { createOpenSecret } from '#workers/open-secret.ts';
import { createTryAgain } from '#workers/try-again.ts';
import type { WeChatClient } from '#workers/wechat/client.ts';
import { remedyOf, WeChatError, WeChatUnreachable } from '#workers/wechat/errors.ts';
import type { Profile, Token } from '#workers/wechat/replies.ts';

/** How a run of the job ended. `joined`: another run had done, or was doing, the work. */
export type ExchangeResult =
  | { readonly verb: 'joined' }
  | {
      readonly verb: 'settled';
      readonly claim: Claim;
      readonly settlement: Settlement;
      readonly elapsedMs: number;
      readonly identity?: Identity;
      readonly timings: Record<string, number>;
    };

export type ExchangeDeps = {
  readonly ledger: ExchangeLedger;
  readonly sealer: Sealer;
  readonly directory: Directory;
  readonly wechat: WeChatClient;
  readonly gate: AccountGate;
  readonly bindings: BindingWriter;
};

/** wechat: 48001 api unauthorized; at userinfo, of this token as well as of the account. */
const apiUnauthorized = 48_001;

/** Those who wait for the same minute come back over 2 s, and then in line; a code is not sent in its last seconds. */
const nextTryTakesMs = 10_000;

/** Not now, but soon, and in this very job, so that it keeps its place in line. */
class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/** The code's deadline ends this, not a count: `claim` answers 'expired' in time. */
const again = createTryAgain((error) => error instanceof TryAgain, {
  firstPauseMs: 200,
  longestPauseMs: 3_000,
  maxRetries: 1_000,
});
/** MongoDB elects a new primary in seconds. The token is held in hand, and in the ledger, until then. */
const untilStored = createTryAgain(isMongoOutage, {
  firstPauseMs: 100,
  longestPauseMs: 2_000,
  maxRetries: 1_000,
});

/**
 * One login, from its code to its answer: claim, token, userinfo, binding, settle. Every step is on record before the
 * next begins, so that a run after a crash goes on where the last one stopped. Throws AccountPaused, and whatever is a bug.
 */
export function createExchangeCode(deps: ExchangeDeps) {
  const { ledger, sealer, directory, wechat, gate, bindings } = deps;
  const openSecret = createOpenSecret(sealer);

  return (job: ExchangeJob, jobId: string): Promise<ExchangeResult> => {
    const timings: Record<string, number> = {};
    const codePlace = `login:${job.login}:code`;
    const tokenPlace = `login:${job.login}:token`;

    async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
      const begun = performance.now();
      try {
        return await work();
      } finally {
        timings[step] = Math.round((timings[step] ?? 0) + performance.now() - begun);
      }
    }

    async function attempt(): Promise<ExchangeResult> {
      // Before the claim: a code that is not sent now must not look as if it might have been.
      const standing = await gate.enter(job.appid);
      const claim = await ledger.claim(job.login, jobId, randomUUID());
      timings['queue'] ??= claim.now - claim.recordedAt;
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
          return typeof standing === 'object' ? turnAway(claim) : lose(claim);
        case 'exchange':
          if (typeof standing === 'object') return awaitQuota(claim, standing.exhaustedForMs);
          return standing === 'open' ? exchange(claim) : fail(claim, 'misconfigured');
        case 'resume':
          return resume(claim);
      }
    }

    /** The day's quota may be raised while the code lives. A code that would be dead by the next try has its end now. */
    async function awaitQuota(claim: Claim, exhaustedForMs: number): Promise<ExchangeResult> {
      if (claim.timeLeftMs < exhaustedForMs + nextTryTakesMs) return turnAway(claim);
      await ledger.release(job.login, claim.claimId, { wasSent: false });
      throw new AccountPaused(exhaustedForMs);
    }

    function resume(claim: Claim): Promise<ExchangeResult> {
      let token: Token;
      try {
        token = JSON.parse(sealer.open(claim.sealed, tokenPlace)) as Token;
      } catch {
        // Sealed by a process with a newer key than ours: the person authorises once more.
        gate.misconfigured(claim.appid, 'unsealable');
        return lose(claim);
      }
      return identify(claim, token);
    }

    async function exchange(claim: Claim): Promise<ExchangeResult> {
      const { appid, timeLeftMs, calls } = claim;
      let token: Token;
      try {
        const account = await directory.findAccount(appid);
        if (account === undefined) {
          gate.misconfigured(appid, 'unknown-account');
          return fail(claim, 'misconfigured');
        }
        const code = sealer.open(claim.sealed, codePlace);
        const secret = openSecret(account);
        const fetchToken = () => wechat.fetchToken({ appid, secret, code, timeLeftMs });
        token = await timed('token', () => gate.exchange(appid, calls > 1, fetchToken));
      } catch (error) {
        return afterFailedCall(claim, error);
      }
      const sealedToken = sealer.seal(JSON.stringify(token), tokenPlace);
      const saved = await ledger.saveToken(job.login, claim, jobId, sealedToken);
      return saved === 'saved' ? identify(claim, token) : { verb: 'joined' };
    }

    async function afterFailedCall(claim: Claim, error: unknown): Promise<ExchangeResult> {
      if (error instanceof WeChatUnreachable) {
        if (error.wasSent && claim.calls >= callsPerCode) return lose(claim);
        await ledger.release(job.login, claim.claimId, { wasSent: error.wasSent });
        throw new TryAgain();
      }
      // A key is missing from SECRET_KEYS: no retry heals that.
      if (error instanceof UnsealError) {
        gate.misconfigured(claim.appid, 'unsealable');
        return fail(claim, 'misconfigured');
      }
      if (!(error instanceof WeChatError)) {
        // Nothing was sent: the account is paused, MongoDB is away, or we have a bug.
        await ledger.release(job.login, claim.claimId, { wasSent: false });
        throw isMongoOutage(error) ? new TryAgain() : error;
      }
      const remedy = remedyOf(error);
      switch (remedy) {
        case 'retry':
          if (claim.calls >= callsPerCode) return lose(claim);
          await ledger.release(job.login, claim.claimId, { wasSent: true });
          throw new TryAgain();
        case 'pause':
        case 'exhausted':
          await ledger.release(job.login, claim.claimId, { wasSent: true });
          await gate.outOfQuota(claim.appid, remedy === 'pause' ? 'paused' : 'exhausted', error.errcode);
          throw new TryAgain();
        case 'misconfigured':
          gate.misconfigured(claim.appid, error.errcode);
          return fail(claim, 'misconfigured');
        case 'refused':
          return fail(claim, 'refused');
        case 'reauthorize':
        case 'refresh':
          return lose(claim);
      }
    }

    async function identify(claim: Claim, token: Token): Promise<ExchangeResult> {
      // A snapshot visitor's openid and profile are made up by WeChat: nothing of them may be kept.
      // A real code may have come meanwhile: whoever tapped 使用完整服务 must not be shown the snapshot's end.
      if (token.isSnapshot) {
        return settle(claim, { status: 'snapshot', scope: claim.scope, mayTryNextCode: true });
      }
      const giveUpAfterMs = Math.max(claim.timeLeftMs, 1_000);
      const enterprise = await untilStored(() => directory.findEnterprise(claim.entId), giveUpAfterMs);
      if (enterprise === undefined) return fail(claim, 'misconfigured');

      const isBase = claim.scope === 'snsapi_base';
      let profile: Profile | undefined;
      if (!isBase) {
        try {
          profile = await timed('userinfo', () => fetchProfile({ wechat, gate }, claim, token));
        } catch (error) {
          if (!(error instanceof WeChatError)) throw error;
          if (remedyOf(error) === 'misconfigured') {
            // One person brings this about with a link that asks for snsapi_base, and so does a snapshot page whose
            // flag was missing: it must not close the account to everybody.
            if (error.errcode !== apiUnauthorized) gate.misconfigured(claim.appid, error.errcode);
            return fail(claim, 'misconfigured');
          }
          return remedyOf(error) === 'refused' ? fail(claim, 'refused') : lose(claim);
        }
      }

      const { entId, appid } = claim;
      const { openid, unionid } = token;
      const createFor = !isBase && enterprise.unbound === 'create' ? job.login : undefined;
      const person = await timed('binding', () =>
        untilStored(
          () => bindings.write({ entId, appid, openid, profile, unionid, createFor }),
          giveUpAfterMs,
        ),
      );
      // base-first: only a known person is logged in silently; the others are asked.
      if (person === undefined && isBase)
        return settle(claim, { status: 'reauthorize', scope: 'snsapi_userinfo' });

      const identity: Identity = {
        userId: person?.userId ?? '',
        appid,
        openid,
        ...((person?.unionid ?? unionid) !== undefined && { unionid: person?.unionid ?? unionid ?? '' }),
        nickname: person?.nickname ?? profile?.nickname ?? '',
        avatarUrl: person?.avatarUrl ?? profile?.avatarUrl ?? '',
        created: person?.created ?? false,
        authenticatedAt: new Date().toISOString(),
      };
      const ticket = createTicket(job.login);
      return settle(
        claim,
        {
          status: person === undefined ? 'bind' : 'ready',
          scope: claim.scope,
          outcome: sealOutcome(sealer, job.login, { ...identity, ticket }),
          ticketDigest: digest(ticket),
          ticketLifetimeMs: person === undefined ? bindTicketLifetimeMs : ticketLifetimeMs,
        },
        identity,
      );
    }

    function fail(claim: Claim, reason: FailureReason) {
      return settle(claim, { status: 'failed', reason, scope: claim.scope });
    }

    /** No `reauthorize`: WeChat would give a new code, and not take that one either. */
    function turnAway(claim: Claim) {
      return settle(claim, {
        status: 'failed',
        reason: 'unavailable',
        scope: claim.scope,
        mayTryNextCode: true,
      });
    }

    /** The code is gone through no fault of the person: another one of this login, or WeChat once more. */
    function lose(claim: Claim) {
      return settle(claim, {
        status: 'reauthorize',
        scope: claim.scope,
        isLostRound: true,
        mayTryNextCode: true,
      });
    }

    async function settle(
      claim: Claim,
      settlement: Settlement,
      identity?: Identity,
    ): Promise<ExchangeResult> {
      const { verb, elapsedMs } = await timed('settle', () =>
        ledger.settle(job.login, claim.claimId, settlement),
      );
      if (verb === 'next') return attempt();
      if (verb !== 'settled') return { verb: 'joined' };
      return { verb, claim, settlement, elapsedMs, timings, ...(identity && { identity }) };
    }

    return again(attempt);
  };
}

function isMongoOutage(error: unknown): boolean {
  if (error instanceof DirectoryUnavailable) return true;
  const name = error instanceof Error ? error.name : '';
  return name.startsWith('Mongo') && name !== 'MongoBulkWriteError' && name !== 'MongoParseError';
}
