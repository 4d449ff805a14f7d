import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { OidcDirectory } from '#ingress/oidc/find-account.ts';
import { orUnavailable } from '#ingress/oidc/or-unavailable.ts';

/** `ent_id` of an authorization request: a client of one enterprise may leave it out, and names no foreign one. */
export function createEnterpriseWanted(directory: OidcDirectory) {
  return async function enterpriseWanted(
    ctx: KoaContextWithOIDC,
    given: string | undefined,
    { clientId }: { clientId: string },
  ): Promise<void> {
    const { entIds = [] } = (await orUnavailable(directory.findClient(clientId))) ?? {};
    const wanted = given ?? (entIds.length === 1 ? entIds[0] : undefined);
    if (wanted === undefined)
      throw new errors.InvalidRequest('ent_id is required: the client serves several');
    if (!entIds.includes(wanted)) throw new errors.InvalidRequest('ent_id is none of this client');
    if (ctx.oidc.params) ctx.oidc.params['ent_id'] = wanted;
  };
}
