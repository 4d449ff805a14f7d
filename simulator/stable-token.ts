import type { ParsedUrlQuery } from 'node:querystring';
import { checkCredentials } from './account-token.ts';
import type { Accounts } from './accounts.ts';
import type { Behaviour } from './behaviour.ts';
import { parameter } from './sns-endpoints.ts';
import { createToken } from './tokens.ts';

/** A new token is given that long before the old one dies. */
const renewedBeforeMs = 5 * 60_000;
const dayMs = 86_400_000;
const refreshesADay = 20;
const refreshedEachMs = 30_000;

type Kept = { token: string; expiresAt: number; refreshedAt: number; refreshes: number; day: number };

/** The members of a JSON body, of which only texts and truths count; undefined for what is no object of JSON. */
export function readJsonParameters(text: string): ParsedUrlQuery | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const plain = Object.entries(json).filter(([, value]) => ['string', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain.map(([name, value]) => [name, String(value)]));
}

/**
 * The account's own token, which no login needs (developers.weixin.qq.com, getStableAccessToken): the same one while it lives;
 * `force_refresh` replaces it, at most once in 30 s and 20 times a day. `given`: undefined where the body was no JSON.
 */
export function createStableToken(deps: {
  accounts: Accounts;
  behaviour: Behaviour;
  checkQuota: (appid: string, endpoint: string) => number;
  now: () => number;
}) {
  const { accounts, behaviour, checkQuota, now } = deps;
  const tokens = new Map<string, Kept>();

  function answerOf({ token, expiresAt }: Kept): object {
    return { access_token: token, expires_in: Math.floor((expiresAt - now()) / 1_000) };
  }

  return function stableToken(given: ParsedUrlQuery | undefined): number | object {
    if (given === undefined) return 47001;
    const refused = checkCredentials(given, accounts);
    if (refused) return refused;
    const appid = parameter(given, 'appid');
    const overQuota = checkQuota(appid, 'stable_token');
    if (overQuota) return overQuota;

    const day = Math.floor(now() / dayMs);
    const known = tokens.get(appid);
    const isForced = parameter(given, 'force_refresh') === 'true';
    const refreshes = known?.day === day ? known.refreshes : 0;
    if (isForced && refreshes >= refreshesADay) return 45009;
    const isTooSoon = known !== undefined && now() - known.refreshedAt < refreshedEachMs;
    const isFresh = known !== undefined && known.expiresAt - now() > renewedBeforeMs;
    if (isFresh && (!isForced || isTooSoon)) return answerOf(known);
    const kept = {
      token: createToken(),
      expiresAt: now() + behaviour.accessTokenLifetimeMs,
      refreshedAt: isForced ? now() : 0,
      refreshes: refreshes + (isForced ? 1 : 0),
      day,
    };
    tokens.set(appid, kept);
    return answerOf(kept);
  };
}

export type StableToken = ReturnType<typeof createStableToken>;
