import type { Behaviour } from './behaviour.ts';
import type { Code } from './codes.ts';
import { takeRandom } from './random.ts';
import { createRecentMap } from './recent-map.ts';

export type Grant = { code: Code; accessToken: string; refreshToken: string; refreshableUntil: number };
export type AccessToken = { grant: Grant; expiresAt: number };

// About 110 characters and an NN_ prefix, as seen in the wild; documented is neither.
export const createToken = () => `61_${takeRandom(80).toString('base64url')}`;
export const isTokenShaped = (token: string): boolean => /^\d+_[\w-]{60,}$/.test(token);

/** OAuth access tokens (of one person, not the account's cgi-bin token) and their refresh tokens. */
export function createTokens({ behaviour, now }: { behaviour: Behaviour; now: () => number }) {
  const accessTokens = createRecentMap<AccessToken>(200_000);
  const grants = createRecentMap<Grant>(200_000);

  const open = (grant: Grant) =>
    accessTokens.set(grant.accessToken, { grant, expiresAt: now() + behaviour.accessTokenLifetimeMs });

  return {
    issue(code: Code): Grant {
      const grant = {
        code,
        accessToken: createToken(),
        refreshToken: createToken(),
        refreshableUntil: now() + behaviour.refreshTokenLifetimeMs,
      };
      grants.set(grant.refreshToken, grant);
      open(grant);
      return grant;
    },
    findAccess: (token: string): AccessToken | undefined => accessTokens.get(token),
    findGrant: (refreshToken: string): Grant | undefined => grants.get(refreshToken),
    isExpired: (token: AccessToken): boolean => now() >= token.expiresAt,
    /**
     * A living access token stays the same and lives anew; an expired one is replaced. WeChat documents this for the open
     * platform and is silent about service accounts.
     */
    refresh(refreshToken: string, appid: string): Grant | 40030 | 42002 {
      const grant = grants.get(refreshToken);
      if (!grant || grant.code.appid !== appid) return 40030;
      if (now() >= grant.refreshableUntil) return 42002;
      const token = accessTokens.get(grant.accessToken);
      if (!token || now() >= token.expiresAt) grant.accessToken = createToken();
      open(grant);
      return grant;
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;
