import type { FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { claimsOf } from '#ingress/oidc/claims.ts';
import { orUnavailable } from '#ingress/oidc/or-unavailable.ts';
import { loginOfSession } from '#ingress/oidc/session-login.ts';
import { subjectOf } from '#ingress/oidc/subject.ts';
import type { PersonKey } from '#models/documents/binding.ts';
import type { ClientDocument } from '#models/documents/client.ts';
import type { Directory } from '#models/documents/directory.ts';
import { documentIdOf, type EnterpriseDocument, isOfFormer } from '#models/documents/enterprise.ts';
import type { ReachedLogins } from '#models/login/reached-logins.ts';
import type { Granted, SealedGrants } from '#models/oidc/sealed-grants.ts';
import { within } from '#operations/deadline.ts';

const deadlineMs = 900;

/** Whether the person is still bound to this user. Throws what MongoDB throws. */
export type IsBound = (person: PersonKey & { readonly userId: string }) => Promise<boolean>;
export type OidcDirectory = Pick<Directory, 'findClient' | 'findEnterprise'>;

/**
 * Whose code, access token or session it is: asked of the login's record each time, so that what was unbound, revoked or removed
 * since stands for nobody. Undefined is the answer then. The binding itself is looked up, too: a Redis that fell may have
 * forgotten the mark of an unbinding.
 */
export function createFindAccount(deps: {
  logins: Pick<ReachedLogins, 'identify'>;
  grants: SealedGrants;
  directory: OidcDirectory;
  isBound: IsBound;
}): FindAccount {
  const { logins, grants, directory, isBound } = deps;

  const findAccount: FindAccount = async (ctx, sub, token) => {
    // Of this very request, which was judged a moment ago, and will be again when the code is redeemed.
    const isFresh = token === undefined && loginOfResult(ctx) !== undefined;
    if (isFresh) return { accountId: sub, claims: () => ({ sub }) };
    const granted = token === undefined ? loginOfSession(ctx, grants) : grants.open(grantIdOf(token));
    if (granted === undefined) return undefined;
    const client = await directory.findClient(ctx.oidc.client?.clientId ?? granted.clientId);
    const isItsOwn = token === undefined || isGrantedTo(client, granted);
    if (client === undefined || !isItsOwn) return undefined;
    const isCode = token?.kind === 'AuthorizationCode';
    const asked = logins.identify(granted.loginId, { clientId: client.clientId, isCode });
    const found = await within(deadlineMs, asked);
    if (found === undefined || !client.entIds.includes(found.entId)) return undefined;
    const enterprise = await directory.findEnterprise(found.entId);
    if (!isTheSame(enterprise, found.enterprise)) return undefined;
    if (subjectOf(found.entId, found.identity.userId) !== sub) return undefined;
    if (!(await isBound({ ...found.identity, entId: found.entId }))) return undefined;
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
