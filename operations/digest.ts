import { hash, timingSafeEqual } from 'node:crypto';

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
