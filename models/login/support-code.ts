import { primariesOf } from '#connections/primaries-of.ts';
import type { RedisClient } from '#connections/redis-client.ts';

/** Ten hexadecimal digits in groups, as a person reads them out: `3F2A-90BC-11`. */
const written = /^([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{2})$/i;
/** Of keys that Redis looks at in one step, during which it serves nobody else. */
const scannedAtOnce = 1_000;
const mostFound = 5;
/** Whoever asks is answered after three seconds, whatever was found. */
const scansForMs = 2_000;

/** What a person tells the operator of a login: forty of its id's bits, without the two digits of the shard. */
export function supportCodeOf(id: string): string {
  const digits = id.slice(2, 12).toUpperCase();
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`;
}

/** The digits that ids of this support code have after their shard's; undefined for what is none. */
export function digitsOf(supportCode: string): string | undefined {
  const [, ...groups] = written.exec(supportCode) ?? [];
  return groups.length === 0 ? undefined : groups.join('').toLowerCase();
}

/**
 * The logins on record with this support code, of all shards. Goes through the keys of Redis, in steps, for two seconds at most:
 * some million. Throws what Redis throws.
 */
export async function findBySupportCode(
  redis: RedisClient,
  prefix: string,
  digits: string,
): Promise<string[]> {
  const nodes = primariesOf(redis);
  const found = await Promise.all(
    nodes.map(async (node) => {
      const ids: string[] = [];
      const options = { match: `{${prefix}:*}:login:??${digits}*`, count: scannedAtOnce };
      const until = performance.now() + scansForMs;
      for await (const keys of node.scanStream(options)) {
        for (const key of keys as string[]) ids.push(key.slice(key.lastIndexOf(':') + 1));
        if (ids.length >= mostFound || performance.now() > until) break;
      }
      return ids;
    }),
  );
  return [...new Set(found.flat())];
}
