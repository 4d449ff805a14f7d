import type { ClientMetadata } from 'oidc-provider';
import { type ClientDocument, hasSecret } from '#models/documents/client.ts';

/** A client in the words of OpenID Connect Dynamic Registration, as oidc-provider wants it. */
export function toMetadata(client: ClientDocument): ClientMetadata {
  return {
    client_id: client.clientId,
    client_name: client.name,
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    ...(client.initiateLoginUri && { initiate_login_uri: client.initiateLoginUri }),
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    ...(hasSecret(client) && { client_secret: secretsOf(client) }),
    ...(client.jwks && { jwks: { keys: [...client.jwks.keys] } }),
    id_token_signed_response_alg: client.idTokenSignedResponseAlg,
    scope: client.scopes.join(' '),
    response_types: ['code'],
    grant_types: ['authorization_code'],
    response_modes: ['query'],
    require_pkce: client.requirePkce,
  };
}

/** The library knows no secret, only their digests, and until when the older one counts (ms): client-secret.ts compares them. */
export type SecretDigests = { current: string; previous?: string; until: number };

function secretsOf({ secretDigest, previousSecretDigest, previousSecretUntil }: ClientDocument): string {
  const until = previousSecretUntil?.getTime() ?? 0;
  return [secretDigest ?? '', ...(previousSecretDigest ? [previousSecretDigest, until] : [])].join('~');
}

export function readSecrets(text: string | undefined): SecretDigests {
  const [current = '', previous, until = 0] = (text ?? '').split('~');
  return { current, ...(previous && { previous }), until: Number(until) };
}
