import type { FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { claimsOf } from '#ingress/oidc/claims.ts';
import { orUnavailable } from '#ingress/oidc/or-unavailable.ts';
import { loginOfSession } from '#ingress/oidc/session-login.ts';
import { subjectOf } from '#ingress/oidc/subject.ts';
import type { ClientDocument } from '#models/documents/client.ts';
import type { Directory } from '#models/documents/directory.ts';
import { documentIdOf, type EnterpriseDocument, isOfFormer } from '#models/documents/enterprise.ts';
import type { ReachedLogins } from '#models/login/reached-logins.ts';
import type { Granted, SealedGrants } from '#models/oidc/sealed-grants.ts';
import { within } from '#operations/deadline.ts';

const deadlineMs = 900;

export type OidcDirectory = Pick<Directory, 'findClient' | 'findEnterprise'>;

/**
 * Whose code, access token or session it is: asked of the login's record each time, so that what was unbound, revoked or removed
 * since stands for nobody. Undefined is the answer then.
 */
export function createFindAccount(deps: {
  logins: Pick<ReachedLogins, 'identify'>;
  grants: SealedGrants;
  directory: OidcDirectory;
}): FindAccount {
  const { logins, grants, directory } = deps;

  const findAccount: FindAccount = async (ctx, sub, token) => {
    // Of this very request, which was judged a moment ago, and will be again when the code is redeemed.
    const isFresh = token === undefined && loginOfResult(ctx) !== undefined;
    if (isFresh) return { accountId: sub, claims: () => ({ sub }) };
    const granted = token === undefined ? loginOfSession(ctx, grants) : grants.open(grantIdOf(token));
    if (granted === undefined) return undefined;
    const client = await directory.findClient(ctx.oidc.client?.clientId ?? granted.clientId);
    const isItsOwn = token === undefined || isGrantedTo(client, granted);
    if (client === undefined || !isItsOwn) return undefined;
    // A code whose copy came a second time is honoured the first time: what is taken back then is what it was redeemed for.
    const revokedFor = token !== undefined && token.kind !== 'AccessToken' ? undefined : client.clientId;
    const found = await within(deadlineMs, logins.identify(granted.loginId, revokedFor));
    if (found === undefined || !client.entIds.includes(found.entId)) return undefined;
    const enterprise = await directory.findEnterprise(found.entId);
    if (!isTheSame(enterprise, found.enterprise)) return undefined;
    if (subjectOf(found.entId, found.identity.userId) !== sub) return undefined;
    return { accountId: sub, claims: () => claimsOf(enterprise, found.identity) };
  };
  return (ctx, sub, token) => orUnavailable(Promise.resolve(findAccount(ctx, sub, token)));
}

/** The login that this request's browser has just finished, if it has. */
export function loginOfResult(ctx: KoaContextWithOIDC): string | undefined {
  const login = ctx.oidc.result?.login as { loginId?: string } | undefined;
  return login?.loginId;
}

/** Not by a client that was made anew under the same client_id. */
function isGrantedTo(client: ClientDocument | undefined, granted: Granted): boolean {
  return client !== undefined && documentIdOf(client) === granted.client;
}

function isTheSame(
  enterprise: EnterpriseDocument | undefined,
  begunFor: string,
): enterprise is EnterpriseDocument {
  return enterprise !== undefined && !isOfFormer(enterprise, begunFor);
}

const grantIdOf = (token: object): string | undefined => (token as { grantId?: string }).grantId;
