import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Granted, SealedGrants } from '#models/oidc/sealed-grants.ts';

/** The newest login of a browser's session: whichever client it was granted to, it is the same person's. */
export function loginOfSession(ctx: KoaContextWithOIDC, grants: SealedGrants): Granted | undefined {
  const { authorizations = {} } = ctx.oidc.session ?? {};
  const known = Object.values(authorizations).flatMap(({ grantId }) => grants.open(grantId) ?? []);
  return known.toSorted((a, b) => b.exp - a.exp)[0];
}
