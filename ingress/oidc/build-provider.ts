import { type Configuration, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { type AdapterDeps, createAdapter } from '#ingress/oidc/adapter.ts';
import { adornAnswers } from '#ingress/oidc/adorn-answers.ts';
import { brakeAssertions } from '#ingress/oidc/brake-assertions.ts';
import { acrValues, claimsOfScope } from '#ingress/oidc/claims.ts';
import { compareSecretsByDigest } from '#ingress/oidc/client-secret.ts';
import { cookiesOf } from '#ingress/oidc/cookies.ts';
import { countRedeemed } from '#ingress/oidc/count-redeemed.ts';
import { createEnterpriseWanted } from '#ingress/oidc/enterprise-wanted.ts';
import { createFindAccount, type IsBound } from '#ingress/oidc/find-account.ts';
import { createLoadGrant } from '#ingress/oidc/load-grant.ts';
import { createLoginPolicy } from '#ingress/oidc/login-policy.ts';
import type { OidcPages } from '#ingress/oidc/provider-pages.ts';
import { revokeAtLogout } from '#ingress/oidc/revoke-at-logout.ts';
import { tellRefusals } from '#ingress/oidc/tell-refusals.ts';
import type { Count } from '#models/counts/tally.ts';
import { clientScopes, idTokenAlgs } from '#models/documents/client.ts';
import type { Jwk } from '#models/documents/make-jwk.ts';
import type { ReachedLogins } from '#models/login/reached-logins.ts';
import { reachedLifetimeMs } from '#models/login/store.ts';
import { onBrokenOff } from '#operations/broken-off.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

/** Of a login, in seconds: no session outlives ten minutes, and no id token is needed for longer than five. */
const sessionSeconds = 600;
const off = { enabled: false } as const;

export type ProviderDeps = AdapterDeps & {
  readonly logins: Pick<ReachedLogins, 'identify' | 'revoke'>;
  readonly isBound: IsBound;
  readonly pages: OidcPages;
  readonly doorkeeperOf: (clientId: string) => Doorkeeper;
  readonly publicUrl: string;
  readonly count: Count;
  /** Sign the cookies; the first signs, all are known. */
  readonly cookieKeys: readonly string[];
  readonly log: Logger;
};

/** oidc-provider as we run it: the code flow, and nothing that a host does not need. Its state is all in Redis and MongoDB. */
export function buildProvider(deps: ProviderDeps, jwks: readonly Jwk[]): Provider {
  const { pages, publicUrl, log } = deps;
  const provider = new Provider(`${publicUrl}/oidc`, {
    adapter: createAdapter(deps),
    findAccount: createFindAccount(deps),
    loadExistingGrant: createLoadGrant(deps),
    jwks: { keys: jwks.map((key) => ({ ...key })) },
    cookies: cookiesOf(deps),
    interactions: {
      policy: createLoginPolicy(),
      url: (_ctx, { uid }) => `/oidc/interaction/${uid}`,
    },
    extraParams: { ent_id: createEnterpriseWanted(deps.directory) },
    renderError: pages.renderError,

    scopes: [...clientScopes],
    claims: claimsOfScope,
    acrValues: [...acrValues],
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    responseTypes: ['code'],
    enabledJWA: {
      idTokenSigningAlgValues: [...idTokenAlgs],
      clientAuthSigningAlgValues: ['RS256', 'ES256', 'PS256'],
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    extraClientMetadata: { properties: ['require_pkce'], validator: () => {} },
    pkce: {
      required: (_ctx, client) => client.clientAuthMethod === 'none' || client['require_pkce'] === true,
    },
    clientBasedCORS: (_ctx, origin, client) => isOwnOrigin(origin, client.redirectUris),
    // It would outlive an unbinding: a host keeps a session of its own.
    issueRefreshToken: async () => false,
    expiresWithSession: async () => false,
    ttl: {
      Interaction: 1_800,
      AuthorizationCode: 60,
      AccessToken: 600,
      IdToken: 300,
      Grant: reachedLifetimeMs / 1_000,
      // From the login on, however often the session is used.
      Session: (_ctx, { loginTs }) =>
        Math.max(Math.ceil((loginTs ?? nowSeconds()) + sessionSeconds - nowSeconds()), 1),
    },
    features: {
      devInteractions: off,
      dPoP: off,
      resourceIndicators: off,
      pushedAuthorizationRequests: { enabled: true },
      userinfo: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: pages.logout,
        postLogoutSuccessSource: pages.loggedOut,
      },
    },
  } satisfies Configuration);
  // With the host and the scheme that call-provider.ts sets.
  provider.proxy = true;
  compareSecretsByDigest(provider, deps.doorkeeperOf);
  brakeAssertions(provider, deps.doorkeeperOf);
  adornAnswers(provider);
  revokeAtLogout(provider, deps);
  countRedeemed(provider, deps);
  tellRefusals(provider, log);
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'the OpenID provider failed'));
  provider.on('error' as never, onBrokenOff(log) as never);
  return provider;
}

const nowSeconds = () => Date.now() / 1_000;

/** A page of the client's own asks the token endpoint from a browser. */
const isOwnOrigin = (origin: string, redirectUris: readonly string[] = []): boolean =>
  redirectUris.some((uri) => new URL(uri).origin === origin);
