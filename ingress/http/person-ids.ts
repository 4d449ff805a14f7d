import { z } from 'zod';

/** The host's own name of a user: 1 to 128 printable characters, whatever the script. */
export const userId = z
  .string()
  .min(1)
  .max(128)
  // U+FFFD is what a decoder leaves of bytes that were not UTF-8: such an id would be another user's.
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFD]*$/u, 'must consist of printable characters')
  .refine((value) => value === value.trim(), 'must not begin or end with white space');

/** WeChat documents no length and no alphabet; 28 characters of [A-Za-z0-9_-] were seen. */
export const openid = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]*$/, 'must consist of visible ASCII characters');
