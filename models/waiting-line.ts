import { readFileSync } from 'node:fs';
import type { RedisClient } from '#models/login-moves.ts';

export type LineState = { readonly issued: number; readonly called: number };
export type WaitingLine = ReturnType<typeof createWaitingLine>;

const command = 'waiting-line';
type Script = (key: string, ...args: (string | number)[]) => Promise<[number, number]>;

/** The numbers of those who wait to be let in, one line for each shard, shared by every ingress. */
export function createWaitingLine({ redis, prefix }: { redis: RedisClient; prefix: string }) {
  redis.defineCommand(command, {
    numberOfKeys: 1,
    lua: readFileSync(new URL('waiting-line.lua', import.meta.url), 'utf8'),
  });
  const script = (Reflect.get(redis, command) as Script).bind(redis);
  const run = async (shard: number, ...args: (string | number)[]): Promise<LineState> => {
    const [issued, called] = await script(`{${prefix}:${shard}}:line`, ...args);
    return { issued, called };
  };

  return {
    /** Takes a number: `issued` of the answer. */
    join: (shard: number) => run(shard, 'join'),
    /** Calls the next `count` people, unless another ingress just did. */
    advance: (shard: number, count: number, atMostEachMs: number) =>
      run(shard, 'advance', count, atMostEachMs),
  };
}
