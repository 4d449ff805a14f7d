import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';

const names = ['take', 'close', 'open', 'line-up', 'report'] as const;

export type CapacityScripts = Record<(typeof names)[number], ReturnType<typeof defineScript>>;

/** The scripts as commands of a client; entry.lua is the beginning of each. */
export function defineScripts(redis: RedisClient): CapacityScripts {
  const read = (name: string) => readScript(new URL(`scripts/${name}.lua`, import.meta.url));
  const before = read('entry').text;
  const define = (name: string) => defineScript(redis, `capacity:${name}`, read(name), before);
  return Object.fromEntries(names.map((name) => [name, define(name)])) as CapacityScripts;
}

/** What all keys of a shard begin with; the braces keep them in the slot of the shard's queue and logins. */
export const capacityPlace = (prefix: string, shard: number): string => `{${prefix}:${shard}}:capacity:`;
