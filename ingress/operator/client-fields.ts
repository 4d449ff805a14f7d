import type { z } from 'zod';
import type { clientForm } from '#ingress/operator/client-form.ts';
import { patchUpdate } from '#ingress/operator/patch-update.ts';
import { type ClientDocument, hasSecret } from '#models/documents/client.ts';

type ClientForm = z.output<typeof clientForm>;
type Member = Exclude<keyof ClientForm, 'client_id'>;

/** The operator's word for each field of the document. */
const fields = {
  name: 'name',
  ent_ids: 'entIds',
  redirect_uris: 'redirectUris',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  initiate_login_uri: 'initiateLoginUri',
  token_endpoint_auth_method: 'tokenEndpointAuthMethod',
  jwks: 'jwks',
  id_token_signed_response_alg: 'idTokenSignedResponseAlg',
  require_pkce: 'requirePkce',
  scopes: 'scopes',
} as const satisfies Record<Member, keyof ClientDocument>;
const members = Object.entries(fields) as [Member, keyof ClientDocument][];

/** A client as it is shown, without its secret: a member that has no value is left out. */
export function toAnswer(client: ClientDocument): Record<string, unknown> & { client_id: string } {
  const shown = members.map(([member, field]) => [member, client[field]] as const);
  const present = shown.filter(([, value]) => value !== undefined && value !== null);
  return { client_id: client.clientId, ...Object.fromEntries(present) };
}

/** The update that writes what `patch` names, with the values of the whole form; all of it where the client is new. */
export function toUpdate(form: ClientForm, patch: object, secretDigest: string) {
  const { set, unset, setOnInsert } = patchUpdate(members, form, patch);
  if (hasSecret({ tokenEndpointAuthMethod: form.token_endpoint_auth_method })) {
    setOnInsert['secretDigest'] = secretDigest;
  } else
    for (const field of ['secretDigest', 'previousSecretDigest', 'previousSecretUntil']) unset[field] = 1;
  return { $set: set, $unset: unset, $setOnInsert: setOnInsert };
}
