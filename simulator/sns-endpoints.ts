import type { ParsedUrlQuery } from 'node:querystring';
import type { Accounts } from './accounts.ts';
import type { Behaviour } from './behaviour.ts';
import type { Call, SnsEndpoint } from './call-log.ts';
import type { Codes } from './codes.ts';
import type { Faults } from './faults.ts';
import type { People } from './people.ts';
import type { CheckQuota } from './quotas.ts';
import { type AccessToken, isTokenShaped, type Tokens } from './tokens.ts';

/** An errcode, or the members of a success. */
type Answer = number | object;

/** A parameter given twice counts by its first value; given empty it counts as missing. */
export function parameter(query: ParsedUrlQuery, name: string): string {
  const value = query[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** Scopes that tell more than who it is; a website's is the second. */
const isInformed = (scope: string) => scope.includes('snsapi_userinfo') || scope === 'snsapi_login';

const platformName = (openPlatform: string | true) => (openPlatform === true ? 'default' : openPlatform);

/** What each /sns/ call does when nothing disturbs it. The order of the checks is observed nowhere, but kept stable here. */
export function createSnsEndpoints(deps: {
  accounts: Accounts;
  behaviour: Behaviour;
  codes: Codes;
  tokens: Tokens;
  people: People;
  faults: Faults;
  checkQuota: CheckQuota;
}): Record<SnsEndpoint, (query: ParsedUrlQuery, call: Call) => Answer> {
  const { accounts, behaviour, codes, tokens, people, faults, checkQuota } = deps;

  /** Like a person's openid, the unionid of a snapshot visitor is virtual. */
  function unionid(appid: string, scope: string, person: string): { unionid?: string } {
    const platform = accounts.find(appid)?.openPlatform;
    if (!platform || !isInformed(scope)) return {};
    return { unionid: people.unionidOf(platformName(platform), person) };
  }

  function access_token(query: ParsedUrlQuery, call: Call): Answer {
    const appid = parameter(query, 'appid');
    const secret = parameter(query, 'secret');
    const code = parameter(query, 'code');
    if (!appid) return 41002;
    if (!secret) return 41004;
    if (!code) return 41008;
    if (parameter(query, 'grant_type') !== 'authorization_code') return 40002;
    const account = accounts.find(appid);
    if (!account) return 40013;
    if (account.secret !== secret) return 40125;
    const overQuota = checkQuota(appid, 'access_token');
    if (overQuota) return overQuota;
    const redeemed = codes.redeem(code, appid);
    if (typeof redeemed === 'number') return redeemed;
    call.consumed = true;
    const grant = tokens.issue(redeemed);
    const { openid, scope, snapshot, person } = redeemed;
    return {
      access_token: grant.accessToken,
      expires_in: behaviour.accessTokenLifetimeMs / 1000,
      refresh_token: grant.refreshToken,
      openid,
      scope,
      ...(snapshot && behaviour.snapshotFlag ? { is_snapshotuser: 1 } : {}),
      ...unionid(appid, scope, snapshot ? openid : person),
    };
  }

  function refresh_token(query: ParsedUrlQuery): Answer {
    const appid = parameter(query, 'appid');
    const refreshToken = parameter(query, 'refresh_token');
    if (!appid) return 41002;
    if (!refreshToken) return 41003;
    if (parameter(query, 'grant_type') !== 'refresh_token') return 40002;
    if (!accounts.find(appid)) return 40013;
    const overQuota = checkQuota(appid, 'refresh_token');
    if (overQuota) return overQuota;
    const grant = tokens.refresh(refreshToken, appid);
    if (typeof grant === 'number') return grant;
    return {
      access_token: grant.accessToken,
      expires_in: behaviour.accessTokenLifetimeMs / 1000,
      refresh_token: grant.refreshToken,
      openid: grant.code.openid,
      scope: grant.code.scope,
    };
  }

  function findToken(query: ParsedUrlQuery): AccessToken | number {
    const accessToken = parameter(query, 'access_token');
    const openid = parameter(query, 'openid');
    if (!accessToken) return 41001;
    if (!openid) return 41009;
    if (!isTokenShaped(accessToken)) return 40014;
    const token = tokens.findAccess(accessToken);
    if (!token) return 40001;
    if (tokens.isExpired(token)) return 42001;
    return token.grant.code.openid === openid ? token : 40003;
  }

  function userinfo(query: ParsedUrlQuery, call: Call): Answer {
    const token = findToken(query);
    if (typeof token === 'number') return token;
    const { appid, openid, scope, snapshot, person } = token.grant.code;
    if (snapshot || !isInformed(scope)) return 48001;
    const overQuota = checkQuota(appid, 'userinfo');
    if (overQuota) return overQuota;
    const { id: _, language, ...profile } = people.find(person);
    const lang = parameter(query, 'lang');
    const odd = faults.take('nickname', { appid, person });
    if (odd) {
      call.fault = odd.kind;
      profile.nickname = odd.nickname;
    }
    return { openid, ...profile, language: lang || language, ...unionid(appid, scope, person) };
  }

  function auth(query: ParsedUrlQuery): Answer {
    const token = findToken(query);
    if (typeof token !== 'number') return 0;
    // Seen for a bad token too: this endpoint blames the openid for everything but a missing parameter.
    return token === 41001 || token === 41009 ? token : 40003;
  }

  return { access_token, refresh_token, userinfo, auth };
}

export type SnsEndpoints = ReturnType<typeof createSnsEndpoints>;
