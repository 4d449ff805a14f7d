import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlg } from '#models/documents/signing-key.ts';
import { digest } from '#operations/digest.ts';

/** A private key as oidc-provider takes it. */
export type Jwk = { readonly kty: string; readonly kid: string; readonly alg: SigningAlg };

const makePair = promisify(generateKeyPair);

/** Makes a key to sign id tokens with. */
export async function makeJwk(alg: SigningAlg): Promise<Jwk> {
  const { privateKey } =
    alg === 'RS256'
      ? await makePair('rsa', { modulusLength: 2_048 })
      : await makePair('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  // Names it, and tells nothing: of the public half.
  const kid = digest(`${jwk.n ?? ''} ${jwk.x ?? ''} ${jwk.y ?? ''}`).slice(0, 22);
  return { ...jwk, kty: String(jwk.kty), kid, alg, ...{ use: 'sig' } };
}
