import { createCipheriv, createDecipheriv, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import { randomBytes } from '#models/random-bytes.ts';

export type SecretKey = { readonly kid: string; readonly key: Buffer };
export type Sealer = ReturnType<typeof createSealer>;

/** A sealed value that no key of ours opens: the key is gone, or the value was moved or altered. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts small texts for rest with AES-256-GCM. A blob is `kid.base64url(iv, ciphertext, tag)`: the key's id travels
 * with it, so the first key can be replaced while older blobs still open. `place` says what the value is and whose
 * (it is authenticated, not stored): a blob copied to another record does not open there.
 */
export function createSealer(secretKeys: readonly SecretKey[]) {
  // A key object is prepared once; from a Buffer the cipher would prepare it for every value, at three times the cost.
  const keys = secretKeys.map(({ kid, key }) => ({ kid, key: createSecretKey(key) }));
  const [first] = keys;
  if (first === undefined) throw new TypeError('createSealer needs a key');
  const byKid = new Map(keys.map(({ kid, key }) => [kid, key]));

  return {
    seal(text: string, place: string): string {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', first.key, iv).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${first.kid}.${sealed.toString('base64url')}`;
    },

    /** Throws {@link UnsealError}; its message holds nothing of the value. */
    open(blob: string, place: string): string {
      const dot = blob.indexOf('.');
      const kid = blob.slice(0, Math.max(dot, 0));
      const key = byKid.get(kid);
      if (key === undefined) throw new UnsealError('sealed with a key that SECRET_KEYS does not hold');
      const bytes = Buffer.from(blob.slice(dot + 1), 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(-tagBytes));
        const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        throw new UnsealError('sealed value was altered or belongs elsewhere');
      }
    },

    /** False when the value should be sealed again because the first key has changed. */
    isCurrent: (blob: string): boolean => blob.startsWith(`${first.kid}.`),
  };
}

/** SHA-256, base64url. Enough for values of 128 random bits and more; never for passwords people choose. */
export function digest(value: string): string {
  return hash('sha256', value, 'base64url');
}

/** Compares two digests in constant time. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
