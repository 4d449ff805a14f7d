import { readFileSync } from 'node:fs';
import type { RedisClient } from '#connections/redis-client.ts';

/** Each script and how many keys it has. */
const scripts = { take: 1, close: 2, open: 1, 'line-up': 4, report: 3 } as const;

export type CapacityScripts = Record<
  keyof typeof scripts,
  (...keysAndArgs: (string | number)[]) => Promise<unknown>
>;

/** The scripts of this folder as commands of a client; entry.lua is the beginning of each. */
export function defineScripts(redis: RedisClient): CapacityScripts {
  const textOf = (name: string) => readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), 'utf8');
  return Object.fromEntries(
    Object.entries(scripts).map(([name, numberOfKeys]) => {
      const command = `capacity:${name}`;
      redis.defineCommand(command, { numberOfKeys, lua: textOf('entry') + textOf(name) });
      return [name, (Reflect.get(redis, command) as CapacityScripts['take']).bind(redis)];
    }),
  ) as CapacityScripts;
}

/** What all keys of a shard begin with; the braces keep them in the slot of the shard's queue and logins. */
export const capacityPlace = (prefix: string, shard: number): string => `{${prefix}:${shard}}:capacity:`;
