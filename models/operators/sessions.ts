import { randomBytes } from 'node:crypto';
import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { digest } from '#operations/digest.ts';

const idleMs = 30 * 60_000;
const longestMs = 12 * 60 * 60_000;

export type Sessions = ReturnType<typeof createSessions>;

/**
 * Operators that signed in with a browser. Redis has the digests of the session and of the token alone: a token that is taken
 * away ends its sessions, and what is in Redis opens nothing. Throws what Redis throws.
 */
export function createSessions({ redis, prefix }: { redis: RedisClient; prefix: string }) {
  const script = (name: string) =>
    defineScript(redis, `operators:${name}`, readScript(new URL(`scripts/${name}.lua`, import.meta.url)));
  const begin = script('begin-session');
  const keep = script('keep-session');
  const keyOf = (session: string) => ({ session: `{${prefix}:ops}:session:${digest(session)}` });

  return {
    /** Answers what the browser's cookie is to hold. */
    async begin(tokenDigest: string): Promise<string> {
      const session = randomBytes(32).toString('base64url');
      await begin(keyOf(session), { token: tokenDigest, idleMs, longestMs });
      return session;
    },
    /** The digest of the token it was begun with; undefined when it is over. */
    async tokenOf(session: string): Promise<string | undefined> {
      return ((await keep(keyOf(session), { idleMs })) as string | null) ?? undefined;
    },
    async end(session: string): Promise<void> {
      await redis.del(keyOf(session).session);
    },
  };
}
