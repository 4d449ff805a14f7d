const codes = new Set<unknown>([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);

/** True for what Node says of a connection that broke or could not be made; clients of stores let some through as they are. */
export function isBrokenSocket(error: Error): boolean {
  return codes.has((error as { code?: unknown }).code);
}
