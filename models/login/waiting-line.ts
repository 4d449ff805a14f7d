import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { accountOf } from '#models/account/slice.ts';
import { shardOfAccount } from '#models/login/store.ts';

export type LineState = { readonly issued: number; readonly called: number };
export type WaitingLine = ReturnType<typeof createWaitingLine>;

const command = 'waiting-line';

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
  const script = defineScript(
    redis,
    command,
    readScript(new URL('scripts/waiting-line.lua', import.meta.url)),
  );
  const run = async (
    name: string,
    what: 'join' | 'look' | 'advance' | 'try',
    { count = 0, eachMs = 0 } = {},
  ): Promise<LineState> => {
    const shard = shardOfAccount(accountOf(name), shards);
    const line = `{${prefix}:${shard}}:line:${name}`;
    return (await script({ line }, { what, count, eachMs })) as LineState;
  };

  return {
    /** Takes a number: `issued` of the answer. */
    join: (name: string) => run(name, 'join'),
    look: (name: string) => run(name, 'look'),
    /** Calls the next `count` people, unless another ingress just did. */
    advance: (name: string, count: number, atMostEachMs: number) =>
      run(name, 'advance', { count, eachMs: atMostEachMs }),
    /** Whether one person may try a line that is closed; granted to one of all who ask in this time. */
    mayTry: async (name: string, atMostEachMs: number) =>
      (await run(name, 'try', { eachMs: atMostEachMs })).issued === 1,
  };
}
