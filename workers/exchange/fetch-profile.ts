import { type Claim, timeLeftOf } from '#models/login/ledger.ts';
import { createTryAgain } from '#operations/try-again.ts';
import type { WeChatClient } from '#wechat/api/client.ts';
import { remedyOf, WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import type { Profile, Token } from '#wechat/api/replies.ts';
import type { AccountGate } from '#workers/account/hold-back-calls.ts';

const patiently = createTryAgain(
  (error) =>
    error instanceof WeChatUnreachable || (error instanceof WeChatError && remedyOf(error) === 'retry'),
  { firstPauseMs: 200, longestPauseMs: 1_000, maxRetries: 2 },
);

/**
 * Nickname and avatar, asked for up to three times; a dead token is renewed once. Undefined when WeChat is too busy to
 * tell: who the person is, is known all the same, and a login without a nickname beats none.
 * Throws WeChatError for what neither time nor a new token heals.
 */
export async function fetchProfile(
  deps: {
    wechat: WeChatClient;
    gate: Pick<AccountGate, 'slowDown'>;
    /** Hears why there is none. */
    onNone?: (error: unknown) => void;
    /** Hears of each call that did not say ok. */
    onFailedCall?: (error: unknown) => void;
  },
  claim: Claim,
  token: Token,
): Promise<Profile | undefined> {
  const { wechat, gate, onNone = () => {}, onFailedCall = () => {} } = deps;
  // The token outlives the code by hours: a login that comes this far late is still worth one call. All of them share the time.
  const givesUpAt = performance.now() + Math.max(timeLeftOf(claim), 1_000);
  const timeLeftMs = () => Math.max(Math.ceil(givesUpAt - performance.now()), 1);
  const { openid, refreshToken } = token;
  const { appid, lang } = claim;
  const ask = (accessToken: string) =>
    patiently(
      () => noted(wechat.fetchUserinfo({ appid, accessToken, openid, lang, timeLeftMs: timeLeftMs() })),
      timeLeftMs(),
    );
  const noted = <T>(call: Promise<T>): Promise<T> =>
    call.catch((error: unknown) => {
      onFailedCall(error);
      throw error;
    });
  try {
    try {
      return await ask(token.accessToken);
    } catch (error) {
      if (!(error instanceof WeChatError) || remedyOf(error) !== 'refresh' || refreshToken === '')
        throw error;
      const fresh = await noted(wechat.refreshToken({ appid, refreshToken, timeLeftMs: timeLeftMs() }));
      return await ask(fresh.accessToken);
    }
  } catch (error) {
    const remedy = error instanceof WeChatError ? remedyOf(error) : undefined;
    const isBusy = remedy === 'retry' || remedy === 'pause' || remedy === 'exhausted';
    if (!isBusy && !(error instanceof WeChatUnreachable)) throw error;
    onNone(error);
    if (remedy === 'pause') await gate.slowDown(claim.appid);
    return undefined;
  }
}
