import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { decryptAes, encryptAes } from '#models/aes-gcm.ts';
import { decryptXChaCha, encryptXChaCha } from '#models/xchacha.ts';

export type SecretKey = { readonly kid: string; readonly key: Buffer };
/**
 * 1: release 0.1.0's, one key for everything. 2: 0.2.0's, which names its algorithm and has a key for each purpose. 3: the same by
 * an algorithm that takes a third of the time.
 */
export type SealFormat = 1 | 2 | 3;
export const newestFormat = 3;
export type Sealer = ReturnType<typeof createSealer>;

/** A sealed value that no key of ours opens: the key is gone, or the value was moved or altered. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/** What blobs begin with; JOSE's names: AES-256-GCM (RFC 7518) and XChaCha20-Poly1305 (draft-amringer-jose-chacha). */
const aes = '2.A256GCM';
const xchacha = '3.XC20P';

/**
 * Encrypts small texts for rest. A blob is `3.XC20P.kid.base64url(nonce, ciphertext, tag)`: what it was sealed with travels with
 * it, so that keys, algorithms and formats can be replaced while older blobs still open.
 *
 * `place` says what the value is and whose, such as `login:<id>:code`. It is authenticated, not stored: a blob copied to
 * another place does not open there. Its kind (of a login's values also the part) is the purpose, and each purpose has its own
 * key, derived from SECRET_KEYS by HKDF (RFC 5869): who gets one of them opens nothing else.
 *
 * `format` is what is written, 1 or 2 while processes of release 0.1.0 or 0.2.0 may still read it. `legacyPlace` is what 0.1.0
 * calls the place; null for what it never reads, which is never sealed in format 1.
 */
export function createSealer(
  secretKeys: readonly SecretKey[],
  { format = (): SealFormat => newestFormat } = {},
) {
  const keyrings = secretKeys.map(createKeyring);
  const [first] = keyrings;
  if (first === undefined) throw new TypeError('createSealer needs a key');
  const byKid = new Map(keyrings.map((keyring) => [keyring.kid, keyring]));

  function keyringOf(kid: string | undefined) {
    const keyring = byKid.get(kid ?? '');
    if (keyring === undefined) throw new UnsealError('sealed with a key that SECRET_KEYS does not hold');
    return keyring;
  }

  return {
    seal(text: string, place: string, legacyPlace: string | null = place): string {
      const written = format();
      const purpose = purposeOf(place);
      if (written === newestFormat)
        return `${xchacha}.${first.kid}.${encryptXChaCha(text, first.xchachaKeyFor(purpose), place)}`;
      if (legacyPlace !== null && written === 1)
        return `${first.kid}.${encryptAes(text, first.whole, legacyPlace)}`;
      return `${aes}.${first.kid}.${encryptAes(text, first.keyFor(purpose), place)}`;
    },

    /** Throws {@link UnsealError}; its message holds nothing of the value. */
    open(blob: string, place: string, legacyPlace: string | null = place): string {
      const parts = blob.split('.');
      if (parts.length === 4) {
        const [version, algorithm, kid, data = ''] = parts;
        const purpose = purposeOf(place);
        switch (`${version}.${algorithm}`) {
          case xchacha:
            return opened(() => decryptXChaCha(data, keyringOf(kid).xchachaKeyFor(purpose), place));
          case aes:
            return opened(() => decryptAes(data, keyringOf(kid).keyFor(purpose), place));
          default:
            throw unknownWay();
        }
      }
      const [kid, data] = parts;
      if (parts.length !== 2 || data === undefined || legacyPlace === null) throw unknownWay();
      return opened(() => decryptAes(data, keyringOf(kid).whole, legacyPlace));
    },

    /** False when the value should be sealed again: the first key or the format has changed. */
    isCurrent: (blob: string): boolean => blob.startsWith(`${xchacha}.${first.kid}.`),

    /** Names a value without telling it to anybody who has no key: 128 bits, base64url. Another first key, another name. */
    pseudonym: (value: string, purpose: string): string => pseudonymBy(first, value, purpose),

    /** The names that a value has had by any of the keys, the newest first. */
    pseudonyms: (value: string, purpose: string): string[] =>
      keyrings.map((keyring) => pseudonymBy(keyring, value, purpose)),
  };
}

function createKeyring({ kid, key }: SecretKey) {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', key, '', `wechat-login ${info}`, 32));
  return {
    kid,
    // A key object is prepared once; from a Buffer the cipher would prepare it for every value, at three times the cost.
    whole: createSecretKey(key),
    keyFor: remembered((purpose): KeyObject => createSecretKey(derive(purpose))),
    /** A key of its own: none serves two algorithms. */
    xchachaKeyFor: remembered((purpose) => derive(`XC20P ${purpose}`)),
  };
}

function remembered<T>(make: (purpose: string) => T): (purpose: string) => T {
  const known = new Map<string, T>();
  return (purpose) => {
    const made = known.get(purpose) ?? make(purpose);
    known.set(purpose, made);
    return made;
  };
}

const unknownWay = () => new UnsealError('sealed in a way we do not know');

function opened(decrypt: () => string): string {
  try {
    return decrypt();
  } catch (error) {
    if (error instanceof UnsealError) throw error;
    throw new UnsealError('sealed value was altered or belongs elsewhere');
  }
}

function pseudonymBy(keyring: ReturnType<typeof createKeyring>, value: string, purpose: string): string {
  return createHmac('sha256', keyring.keyFor(purpose)).update(value).digest('base64url').slice(0, 22);
}

/** `login:<id>:code` is sealed for `login:code`, `account:<appid>` for `account`. */
function purposeOf(place: string): string {
  const [kind = '', , part] = place.split(':', 3);
  return kind === 'login' ? `${kind}:${part}` : kind;
}
