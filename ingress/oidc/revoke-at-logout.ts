import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { orUnavailable } from '#ingress/oidc/or-unavailable.ts';
import type { ReachedLogins } from '#models/login/reached-logins.ts';
import type { SealedGrants } from '#models/oidc/sealed-grants.ts';

/**
 * Who logs out takes back what clients were granted in this session. The library does so for grants that end with the session
 * only, and looks each of them up by it, which a login should not pay for.
 */
export function revokeAtLogout(
  provider: Provider,
  { grants, logins }: { grants: SealedGrants; logins: Pick<ReachedLogins, 'revoke'> },
): void {
  provider.use(async function revokeAtLogout(ctx, next) {
    await next();
    const { route, session } = (ctx as KoaContextWithOIDC).oidc;
    const hasEnded =
      route === 'end_session_confirm' && (session as { destroyed?: boolean } | undefined)?.destroyed;
    if (!hasEnded) return;
    const granted = Object.values(session?.authorizations ?? {}).flatMap(
      ({ grantId }) => grants.open(grantId) ?? [],
    );
    await Promise.all(
      granted.map(({ loginId, clientId }) => orUnavailable(logins.revoke(loginId, clientId, 'left'))),
    );
  });
}
