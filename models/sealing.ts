import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { randomBytes } from '#models/random-bytes.ts';

export type SecretKey = { readonly kid: string; readonly key: Buffer };
/** 1: release 0.1.0's, one key for everything. 2: names its algorithm, and each purpose has a key of its own. */
export type SealFormat = 1 | 2;
export type Sealer = ReturnType<typeof createSealer>;

/** A sealed value that no key of ours opens: the key is gone, or the value was moved or altered. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

const ivBytes = 12;
const tagBytes = 16;
/** JOSE's name of AES-256-GCM (RFC 7518): a faster algorithm gets a name of its own, and both open. */
const algorithm = 'A256GCM';

/**
 * Encrypts small texts for rest. A blob is `2.A256GCM.kid.base64url(iv, ciphertext, tag)`: what it was sealed with travels with
 * it, so that keys, algorithms and formats can be replaced while older blobs still open.
 *
 * `place` says what the value is and whose, such as `login:<id>:code`. It is authenticated, not stored: a blob copied to
 * another place does not open there. Its kind (of a login's values also the part) is the purpose, and each purpose has its own
 * key, derived from SECRET_KEYS by HKDF (RFC 5869): who gets one of them opens nothing else.
 *
 * `format` is what is written, 1 while processes of release 0.1.0 may still read it. `legacyPlace` is what that release calls
 * the place; null for what it never reads, which is always sealed in the newest format.
 */
export function createSealer(secretKeys: readonly SecretKey[], { format = (): SealFormat => 2 } = {}) {
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
      if (legacyPlace !== null && format() === 1)
        return `${first.kid}.${encrypt(text, first.whole, legacyPlace)}`;
      return `2.${algorithm}.${first.kid}.${encrypt(text, first.keyFor(purposeOf(place)), place)}`;
    },

    /** Throws {@link UnsealError}; its message holds nothing of the value. */
    open(blob: string, place: string, legacyPlace: string | null = place): string {
      const parts = blob.split('.');
      if (parts.length === 4) {
        const [version, alg, kid, data = ''] = parts;
        if (version !== '2' || alg !== algorithm) throw new UnsealError('sealed in a way we do not know');
        return decrypt(data, keyringOf(kid).keyFor(purposeOf(place)), place);
      }
      const [kid, data] = parts;
      if (parts.length !== 2 || data === undefined || legacyPlace === null) {
        throw new UnsealError('sealed in a way we do not know');
      }
      return decrypt(data, keyringOf(kid).whole, legacyPlace);
    },

    /** False when the value should be sealed again: the first key or the format has changed. */
    isCurrent: (blob: string): boolean => blob.startsWith(`2.${algorithm}.${first.kid}.`),

    /** Names a value without telling it to anybody who has no key: 128 bits, base64url. Another first key, another name. */
    pseudonym: (value: string, purpose: string): string => pseudonymBy(first, value, purpose),

    /** The names that a value has had by any of the keys, the newest first. */
    pseudonyms: (value: string, purpose: string): string[] =>
      keyrings.map((keyring) => pseudonymBy(keyring, value, purpose)),
  };
}

function createKeyring({ kid, key }: SecretKey) {
  const derived = new Map<string, KeyObject>();
  return {
    kid,
    // A key object is prepared once; from a Buffer the cipher would prepare it for every value, at three times the cost.
    whole: createSecretKey(key),
    keyFor(purpose: string): KeyObject {
      const known = derived.get(purpose);
      if (known !== undefined) return known;
      const made = createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `wechat-login ${purpose}`, 32)));
      derived.set(purpose, made);
      return made;
    },
  };
}

function pseudonymBy(keyring: ReturnType<typeof createKeyring>, value: string, purpose: string): string {
  return createHmac('sha256', keyring.keyFor(purpose)).update(value).digest('base64url').slice(0, 22);
}

/** `login:<id>:code` is sealed for `login:code`, `account:<appid>` for `account`. */
function purposeOf(place: string): string {
  const [kind = '', , part] = place.split(':', 3);
  return kind === 'login' ? `${kind}:${part}` : kind;
}

function encrypt(text: string, key: KeyObject, place: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
}

function decrypt(data: string, key: KeyObject, place: string): string {
  const bytes = Buffer.from(data, 'base64url');
  try {
    const iv = bytes.subarray(0, ivBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-tagBytes));
    const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw new UnsealError('sealed value was altered or belongs elsewhere');
  }
}
