import { createHash } from 'node:crypto';
import DataLoader from 'dataloader';
import { Cluster } from 'ioredis';
import { eachTurn, type Gathering } from '#connections/gathering.ts';
import { type Argument, type LuaScript, type Reply, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';

import { endStatuses, isGoodEnd } from '#models/login/status.ts';

const moves = [
  'open',
  'record-code',
  'note-job',
  'refuse',
  'note-expired',
  'read',
  'claim',
  'release',
  'save-token',
  'settle',
  'take-ticket',
  'replace-ticket',
  'reach-goal',
  'identify',
  'revoke-grant',
] as const;
type Move = (typeof moves)[number];

type Step = { readonly key: string; readonly args: readonly Argument[] };
type Command = (keys: number, ...keysAndArgs: Argument[]) => Promise<(Reply | Error)[]>;

/** Redis serves nobody else meanwhile: some 40 µs each. */
const mostInBatch = 50;
/** While a cluster moves a slot it answers a script of several keys with TRYAGAIN, and serves one of a single key. */
const mostInBatchOnCluster = 1;

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
/**
 * How long a login's person may be asked for after its browser came to its goal: a session of ten minutes, a code of one at its
 * end, an access token of ten at the end of that.
 */
export const reachedLifetimeMs = 22 * 60_000;
/** A login that ended may be asked for its person until then, at the very longest. */
export const longestIdentityMs = settledLifetimeMs + reachedLifetimeMs;

export type LoginStore = ReturnType<typeof createLoginStore>;

/**
 * The login records in Redis: one hash each, changed only by the scripts in scripts/. Every script is atomic and
 * safe to send twice, since ioredis repeats a command whose reply was lost. All times are Redis's clock, so that
 * processes whose clocks differ agree on who is late; `clockOffsetMs` shifts it in tests.
 *
 * The same move of several logins in one turn of the event loop, or while `gathering` waits, is one command
 * (models/login/scripts/batch.lua).
 *
 * Keys carry the hash tag `{prefix:shard}`, the same as the shard's queue: on a Redis Cluster a login and its job share a slot.
 */
export function createLoginStore(options: {
  redis: RedisClient;
  prefix: string;
  gathering?: Gathering;
  clockOffsetMs?: () => number;
}) {
  const { redis, prefix, gathering = eachTurn, clockOffsetMs = () => 0 } = options;
  const commands = new Map(moves.map((move) => [move, defineMove(redis, move)]));
  const loaders = new Map<string, DataLoader<Step, Reply>>();

  function loaderOf(move: Move, shard: number, command: Command): DataLoader<Step, Reply> {
    const name = `${move} ${shard}`;
    const known = loaders.get(name);
    if (known !== undefined) return known;
    const loader = new DataLoader<Step, Reply>((steps) => runTogether(command, steps), {
      cache: false,
      maxBatchSize: redis instanceof Cluster ? mostInBatchOnCluster : mostInBatch,
      batchScheduleFn: gathering.schedule,
    });
    loaders.set(name, loader);
    return loader;
  }

  function runTogether(command: Command, steps: readonly Step[]): Promise<(Reply | Error)[]> {
    gathering.note(steps.length);
    return runBatch(command, steps);
  }

  return {
    redis,
    prefix,
    clockOffsetMs,
    /** Runs one move of one login. What it takes and answers, by their names, is in the head of its script. */
    async run(move: Move, id: string, given: Readonly<Record<string, Argument>> = {}): Promise<unknown> {
      const defined = commands.get(move);
      if (defined === undefined) throw new TypeError(`no such move: ${move}`);
      const { script, command } = defined;
      const shard = shardOf(id);
      const args = script.argumentsOf({ offset: clockOffsetMs(), ...given });
      const step = { key: `{${prefix}:${shard}}:login:${id}`, args };
      return script.replyOf(await loaderOf(move, shard, command).load(step));
    },
  };
}

const read = (name: string): LuaScript => readScript(new URL(`scripts/${name}.lua`, import.meta.url));

/** A move's script, for any number of logins at once. */
export const scriptOf = (move: Move): string => inBatch(read(move));

function inBatch({ text }: LuaScript): string {
  return read('batch')
    .text.replace('GOOD_ENDS', endStatuses.filter(isGoodEnd).join(' '))
    .replace('--[[ unbound since ]]', () => read('unbound-since').text)
    .replace('--[[ the move ]]', () => text);
}

function defineMove(redis: RedisClient, move: Move): { script: LuaScript; command: Command } {
  const name = `login:${move}`;
  const script = read(move);
  redis.defineCommand(name, { lua: inBatch(script) });
  return { script, command: (Reflect.get(redis, name) as Command).bind(redis) };
}

async function runBatch(command: Command, steps: readonly Step[]): Promise<(Reply | Error)[]> {
  const keys = steps.map(({ key }) => key);
  const each = steps[0]?.args.length ?? 0;
  return command(keys.length, ...keys, each, ...steps.flatMap(({ args }) => args));
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
