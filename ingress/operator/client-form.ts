import { z } from 'zod';
import { idInPath, name, overlapSeconds, webAddress } from '#ingress/operator/forms.ts';
import { clientAuthMethods, clientScopes, idTokenAlgs } from '#models/documents/client.ts';
import { leastNoticeSeconds } from '#models/documents/signing-keys.ts';

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/;
/** Compared as it stands, so nothing may be in it that two readers could read in two ways. */
const redirectUri = webAddress.refine(
  (value) => value.startsWith('https://') || loopback.test(value),
  'must be https, or http to this very machine (localhost)',
);
const unique = (list: readonly unknown[]) => new Set(list).size === list.length;

/** Public keys only: a private or symmetric one has no business here (RFC 7518, section 6). */
const jwk = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().min(1).max(200).optional() })
  .refine((key) => !['d', 'k', 'p', 'q'].some((member) => member in key), 'must be a public key');

/** What a client is after PUT /v1/clients/{client_id}. */
export const clientForm = z
  .strictObject({
    /** May be given, so that what GET answers can be changed and PUT back; must agree with the path. */
    client_id: idInPath.optional(),
    name,
    ent_ids: z.array(idInPath).min(1).max(10_000).refine(unique, 'must not repeat one'),
    redirect_uris: z.array(redirectUri).min(1).max(10),
    post_logout_redirect_uris: z.array(redirectUri).max(10).default([]),
    initiate_login_uri: webAddress.optional(),
    token_endpoint_auth_method: z.enum(clientAuthMethods).default('client_secret_basic'),
    jwks: z.strictObject({ keys: z.array(jwk).min(1).max(10) }).optional(),
    id_token_signed_response_alg: z.enum(idTokenAlgs).default('RS256'),
    require_pkce: z.boolean().default(false),
    scopes: z
      .array(z.enum(clientScopes))
      .refine(unique, 'must not repeat one')
      .refine((scopes) => scopes.includes('openid'), 'must have openid among them')
      .default(() => [...clientScopes]),
  })
  .refine((form) => form.token_endpoint_auth_method !== 'private_key_jwt' || form.jwks !== undefined, {
    path: ['jwks'],
    error: 'is required for private_key_jwt',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** The body of POST /v1/clients/{client_id}/rotate-secret, if there is one. */
export const secretRotationForm = z.strictObject({ keep_old_for: overlapSeconds });

/** The body of POST /v1/signing-keys/rotate, if there is one: seconds in which the new keys are only published. */
export const keyRotationForm = z.strictObject({
  publish_for: z
    .number()
    .int()
    .min(leastNoticeSeconds)
    .max(7 * 86_400)
    .default(86_400),
});

/** The id in the path. */
export const clientIdInPath = z.object({ client_id: idInPath });
