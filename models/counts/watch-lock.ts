import { randomUUID } from 'node:crypto';
import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';

/** One of all ingresses watches; another takes over when it is gone for so long. */
const heldMs = 5_000;

/** Whether this process is the one that watches. Throws what Redis throws. */
export function createWatchLock({ redis, prefix }: { redis: RedisClient; prefix: string }) {
  const name = randomUUID();
  const lock = `{${prefix}:ops}:watch`;
  const hold = defineScript(redis, 'counts:watch', readScript(new URL('scripts/watch.lua', import.meta.url)));
  return async (): Promise<boolean> => (await hold({ lock }, { name, heldMs })) === 1;
}
