import type { ParsedUrlQuery } from 'node:querystring';
import type { Accounts } from './accounts.ts';
import type { Behaviour } from './behaviour.ts';
import type { CheckQuota } from './quotas.ts';
import { parameter } from './sns-endpoints.ts';
import { createToken } from './tokens.ts';

/** What both kinds of an account's own token ask first: 0 where all is right, else the errcode. */
export function checkCredentials(given: ParsedUrlQuery, accounts: Accounts): number {
  const [appid, secret] = [parameter(given, 'appid'), parameter(given, 'secret')];
  if (!appid) return 41002;
  if (!secret) return 41004;
  if (parameter(given, 'grant_type') !== 'client_credential') return 40002;
  const account = accounts.find(appid);
  if (!account) return 40013;
  return account.secret === secret ? 0 : 40125;
}

/**
 * The older way to an account's own token (getAccessToken): a new one at each call, of full lifetime, 2,000 a day. It has nothing to do
 * with the stable one, and opens nothing here.
 */
export function createAccountToken(deps: {
  accounts: Accounts;
  behaviour: Behaviour;
  checkQuota: CheckQuota;
}) {
  const { accounts, behaviour, checkQuota } = deps;
  return function accountToken(given: ParsedUrlQuery): number | object {
    const refused = checkCredentials(given, accounts) || checkQuota(parameter(given, 'appid'), 'token');
    return (
      refused || {
        access_token: createToken(),
        expires_in: Math.floor(behaviour.accessTokenLifetimeMs / 1_000),
      }
    );
  };
}

export type AccountToken = ReturnType<typeof createAccountToken>;
