import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import DataLoader from 'dataloader';
import { Cluster } from 'ioredis';
import { atEndOfTurn } from '#connections/end-of-turn.ts';

import type { RedisClient } from '#connections/redis-client.ts';

const moves = [
  'open',
  'record-code',
  'refuse',
  'note-expired',
  'read',
  'claim',
  'release',
  'save-token',
  'settle',
  'take-ticket',
  'replace-ticket',
] as const;
type Move = (typeof moves)[number];

type Reply = string | number | null | Reply[];
type Argument = string | number;
type Step = { readonly key: string; readonly args: readonly Argument[] };
type Script = (keys: number, ...keysAndArgs: Argument[]) => Promise<(Reply | Error)[]>;

/** Redis serves nobody else meanwhile: some 40 µs each. */
const mostTogether = 50;
/** While a cluster moves a slot it answers a script of several keys with TRYAGAIN, and serves one of a single key. */
const mostTogetherOnCluster = 1;

/** How long a login's record outlives its last move: longer than a bind ticket (10 min) and than a code (5 min). */
export const recordLifetimeMs = 15 * 60_000;
/**
 * How long a login may be without a code: as long as a person reads a consent page and WeChat's own. Anybody may begin one, so
 * this is what made-up ones cost Redis.
 */
export const openLifetimeMs = 6 * 60_000;
/** No login takes a code later than this after it was begun, however often it was authorised again. */
export const longestLoginMs = 60 * 60_000;
/** A settled login is over after this time, whatever its page asks for: no ticket of it is renewed beyond. */
export const settledLifetimeMs = recordLifetimeMs;

export type LoginStore = ReturnType<typeof createLoginStore>;

/**
 * The login records in Redis: one hash each, changed only by the scripts in scripts/. Every script is atomic and
 * safe to send twice, since ioredis repeats a command whose reply was lost. All times are Redis's clock, so that
 * processes whose clocks differ agree on who is late; `clockOffsetMs` shifts it in tests.
 *
 * The same move of several logins in one turn of the event loop is one command (models/login/scripts/batch.lua).
 *
 * Keys carry the hash tag `{prefix:shard}`, the same as the shard's queue: on a Redis Cluster a login and its job share a slot.
 */
export function createLoginStore(options: {
  redis: RedisClient;
  prefix: string;
  clockOffsetMs?: () => number;
}) {
  const { redis, prefix, clockOffsetMs = () => 0 } = options;
  const scripts = new Map(moves.map((move) => [move, defineMove(redis, move)]));
  const loaders = new Map<string, DataLoader<Step, Reply>>();

  /** Of steps with as many arguments: the script cuts them apart by their number. */
  function loaderOf(move: Move, shard: number, each: number): DataLoader<Step, Reply> {
    const name = `${move} ${shard} ${each}`;
    const known = loaders.get(name);
    if (known !== undefined) return known;
    const script = scripts.get(move);
    if (script === undefined) throw new TypeError(`no such move: ${move}`);
    const loader = new DataLoader<Step, Reply>((steps) => runTogether(script, steps), {
      cache: false,
      maxBatchSize: redis instanceof Cluster ? mostTogetherOnCluster : mostTogether,
      batchScheduleFn: atEndOfTurn,
    });
    loaders.set(name, loader);
    return loader;
  }

  return {
    redis,
    prefix,
    clockOffsetMs,
    /** Runs one move of one login. */
    run(move: Move, id: string, ...args: Argument[]): Promise<Reply> {
      const shard = shardOf(id);
      const step = { key: `{${prefix}:${shard}}:login:${id}`, args: [clockOffsetMs(), ...args] };
      return loaderOf(move, shard, step.args.length).load(step);
    },
  };
}

/** A move's script, for any number of logins at once. */
export function scriptOf(move: Move): string {
  const [template, script] = ['batch', move].map((name) =>
    readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), 'utf8'),
  );
  return `${template?.replace('--[[ the move ]]', () => `${script}`)}`;
}

function defineMove(redis: RedisClient, move: Move): Script {
  const command = `login:${move}`;
  redis.defineCommand(command, { lua: scriptOf(move) });
  return (Reflect.get(redis, command) as Script).bind(redis);
}

async function runTogether(script: Script, steps: readonly Step[]): Promise<(Reply | Error)[]> {
  const keys = steps.map(({ key }) => key);
  const each = steps[0]?.args.length ?? 0;
  return script(keys.length, ...keys, each, ...steps.flatMap(({ args }) => args));
}

const idPattern = /^[0-9a-f]{34}$/;

/** A login's id: two hex digits that name its shard, then 128 random bits. It travels as the OAuth `state`. */
export function isLoginId(value: string): boolean {
  return idPattern.test(value);
}

export function shardOf(id: string): number {
  return Number.parseInt(id.slice(0, 2), 16);
}

/** Accounts are spread over the shards; all logins of one account keep one order and one queue. */
export function shardOfAccount(appid: string, shards: number): number {
  return shards === 1 ? 0 : createHash('sha256').update(appid).digest().readUInt32BE() % shards;
}
