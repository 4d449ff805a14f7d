import { isMongoOutage } from '#models/documents/mongo-outage.ts';
import { type Claim, callsPerCode, type ExchangeLedger } from '#models/login/ledger.ts';
import { UnsealError } from '#models/sealing.ts';
import { isRefusedCode, remedyOf, WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import type { AccountGate } from '#workers/account/hold-back-calls.ts';
import { failed, type LoginEnd, lost, refusedCode } from '#workers/exchange/login-end.ts';
import { troubleOf } from '#workers/exchange/login-trouble.ts';

/** Not now, but soon, and in this very job, so that it keeps its place in line. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/**
 * What a failed exchange means for its login: an end; or the code is given back, and {@link TryAgain} or the error itself is
 * thrown. Whether WeChat may have seen the code decides how often it may be sent; `isBegun`: the call was made.
 */
export function createAfterFailedCall({ ledger, gate }: { ledger: ExchangeLedger; gate: AccountGate }) {
  return async (login: string, claim: Claim, error: unknown, isBegun: boolean): Promise<LoginEnd> => {
    const trouble = troubleOf(error);
    const release = (wasSent: boolean) => ledger.release(login, claim.claimId, { wasSent });

    if (error instanceof WeChatUnreachable) {
      if (error.wasSent && claim.calls >= callsPerCode) return { ...lost, trouble };
      await release(error.wasSent);
      throw new TryAgain();
    }
    // A key is missing from SECRET_KEYS: no retry heals that.
    if (error instanceof UnsealError) {
      await gate.misconfigured(claim.appid, 'unsealable');
      return failed('misconfigured', trouble);
    }
    if (!(error instanceof WeChatError)) {
      // The account is paused, MongoDB is away, or we have a bug: before the call, else nobody knows what became of the code.
      await release(isBegun);
      throw isMongoOutage(error) ? new TryAgain('MongoDB is away', { cause: error }) : error;
    }
    const remedy = remedyOf(error);
    switch (remedy) {
      case 'retry':
        if (claim.calls >= callsPerCode) return { ...lost, trouble };
        await release(true);
        throw new TryAgain();
      case 'pause':
      case 'exhausted':
        await release(true);
        await gate.outOfQuota(claim.appid, remedy === 'pause' ? 'paused' : 'exhausted', error.errcode);
        throw new TryAgain();
      case 'misconfigured':
        await gate.misconfigured(claim.appid, error.errcode);
        return failed('misconfigured', trouble);
      case 'refused':
        return failed('refused', trouble);
      case 'reauthorize':
      case 'refresh':
        // After a call in doubt the code may have been used by that call: nobody's fault.
        return { ...(isRefusedCode(error) && claim.calls === 1 ? refusedCode : lost), trouble };
    }
  };
}
