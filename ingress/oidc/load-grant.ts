import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { loginOfResult, type OidcDirectory } from '#ingress/oidc/find-account.ts';
import { loginOfSession } from '#ingress/oidc/session-login.ts';
import { documentIdOf } from '#models/documents/enterprise.ts';
import { reachedLifetimeMs } from '#models/login/store.ts';
import type { SealedGrants } from '#models/oidc/sealed-grants.ts';

/**
 * Hosts are the people's own: nobody is asked for consent, a grant is what was asked for and the client may have. It is no row in
 * Redis but a sealed text (models/oidc/sealed-grants.ts).
 */
export function createLoadGrant(deps: {
  grants: SealedGrants;
  directory: OidcDirectory;
}): NonNullable<Configuration['loadExistingGrant']> {
  const { grants, directory } = deps;

  return async function loadGrant(ctx: KoaContextWithOIDC) {
    const { client, account, provider } = ctx.oidc;
    const loginId = loginOfResult(ctx) ?? loginOfSession(ctx, grants)?.loginId;
    if (client === undefined || account === undefined || loginId === undefined) return undefined;
    const document = await directory.findClient(client.clientId);
    if (document === undefined) return undefined;
    const scope = [...ctx.oidc.requestParamOIDCScopes].join(' ');
    const { accountId } = account;
    const { clientId } = client;
    const grant = new provider.Grant({ accountId, clientId });
    grant.addOIDCScope(scope);
    const exp = Math.floor((Date.now() + reachedLifetimeMs) / 1_000);
    grant.jti = grants.seal({ loginId, accountId, clientId, client: documentIdOf(document), scope, exp });
    return grant;
  };
}
