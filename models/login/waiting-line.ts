import { readFileSync } from 'node:fs';
import type { RedisClient } from '#connections/redis-client.ts';
import { shardOfAccount } from '#models/login/store.ts';

export type LineState = { readonly issued: number; readonly called: number };
export type WaitingLine = ReturnType<typeof createWaitingLine>;

const command = 'waiting-line';
type Script = (key: string, ...args: (string | number)[]) => Promise<[number, number]>;

/** The numbers of those who wait to be let in, one line for each account or slice, shared by every ingress. */
export function createWaitingLine({
  redis,
  prefix,
  shards,
}: {
  redis: RedisClient;
  prefix: string;
  shards: number;
}) {
  redis.defineCommand(command, {
    numberOfKeys: 1,
    lua: readFileSync(new URL('scripts/waiting-line.lua', import.meta.url), 'utf8'),
  });
  const script = (Reflect.get(redis, command) as Script).bind(redis);
  const run = async (name: string, ...args: (string | number)[]): Promise<LineState> => {
    const shard = shardOfAccount(name.split('/', 1)[0] ?? '', shards);
    const [issued, called] = await script(`{${prefix}:${shard}}:line:${name}`, ...args);
    return { issued, called };
  };

  return {
    /** Takes a number: `issued` of the answer. */
    join: (name: string) => run(name, 'join'),
    look: (name: string) => run(name, 'look'),
    /** Calls the next `count` people, unless another ingress just did. */
    advance: (name: string, count: number, atMostEachMs: number) => run(name, 'advance', count, atMostEachMs),
    /** Whether one person may try a line that is closed; granted to one of all who ask in this time. */
    mayTry: async (name: string, atMostEachMs: number) => (await run(name, 'try', atMostEachMs)).issued === 1,
  };
}
