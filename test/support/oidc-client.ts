import * as openid from 'openid-client';
import type { Person } from './person.ts';
import type { Enterprise } from './seed-service.ts';
import type { Service } from './start-service.ts';

export const redirectUri = 'https://host.example/cb';

type Options = {
  clientId?: string;
  /** What the operator PUTs beside the usual. */
  form?: Record<string, unknown>;
  /** How the client proves itself; by its secret when absent. */
  auth?: (secret: string) => openid.ClientAuth;
};

/** A host's stock client, known to the operator: openid-client, which checks what the standard says a client must. */
export async function withOidcClient(
  service: Service,
  enterprises: readonly Enterprise[],
  options: Options = {},
) {
  const { clientId = `client-${crypto.randomUUID()}`, form, auth = openid.ClientSecretBasic } = options;
  const answer = await service.operate('PUT', `/v1/clients/${clientId}`, {
    name: 'Console',
    ent_ids: enterprises.map(({ entId }) => entId),
    redirect_uris: [redirectUri],
    ...form,
  });
  if (answer.status >= 300) throw new Error(`PUT client answered ${answer.status}: ${answer.text}`);
  const secret = String(answer.json().client_secret ?? '');
  const alg = answer.json().id_token_signed_response_alg;
  const discover = () =>
    openid.discovery(
      new URL(`${service.publicUrl}/oidc`),
      clientId,
      { id_token_signed_response_alg: alg },
      auth(secret),
      { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
    );
  return { clientId, secret, config: await discover(), discover };
}

export type OidcClient = Awaited<ReturnType<typeof withOidcClient>>;

/** What the host's session remembers while the browser is away. */
export type Begun = { url: URL; state: string; nonce: string; verifier: string };

/** The request that the host sends a browser away with. */
export async function beginAt(client: OidcClient, more: Record<string, string> = {}): Promise<Begun> {
  const [state, nonce, verifier] = [
    openid.randomState(),
    openid.randomNonce(),
    openid.randomPKCECodeVerifier(),
  ];
  const url = openid.buildAuthorizationUrl(client.config, {
    redirect_uri: redirectUri,
    scope: 'openid profile wechat',
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url, state, nonce, verifier };
}

/** Follows redirects within the service; answers what is no redirect, or leads elsewhere. */
export async function follow(person: Person, address: string, publicUrl: string) {
  let answer = await person.visit(address);
  while (answer.status >= 300 && answer.status < 400) {
    const next = new URL(answer.location, publicUrl);
    if (next.origin !== publicUrl) break;
    answer = await person.visit(next.href);
  }
  return answer;
}

/** A browser's way from the client's request to the address that it comes back to the client with. */
export async function logIn(service: Service, person: Person, { url }: Begun): Promise<URL> {
  const { publicUrl } = service;
  const toWeChat = await follow(person, url.href, publicUrl);
  // The browser has a session.
  if (toWeChat.location.startsWith(redirectUri)) return new URL(toWeChat.location);
  if (toWeChat.status !== 302) throw new Error(`no way to WeChat: ${toWeChat.status} ${toWeChat.text}`);
  const callback = await person.callback(await person.authorize(toWeChat.location));
  const isDirect = callback.location.includes('/finish');
  const end = isDirect ? { location: callback.location } : await person.waitForEnd();
  const back = await follow(person, end.location ?? '', publicUrl);
  return new URL(back.location || `error:${back.status} ${back.text}`);
}

/** What the host's backend does with it; rejects as openid-client does. */
export function redeem({ config }: OidcClient, { state, nonce, verifier }: Begun, back: URL) {
  return openid.authorizationCodeGrant(config, back, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
}
