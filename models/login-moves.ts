import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';

export type RedisClient = Redis | Cluster;

const moves = [
  'open',
  'record-code',
  'refuse',
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
type Script = (key: string, ...args: (string | number)[]) => Promise<Reply>;

/** How long a login's record outlives its last move: longer than a bind ticket (10 min) and than a code (5 min). */
export const recordLifetimeMs = 15 * 60_000;

export type LoginStore = ReturnType<typeof createLoginStore>;

/**
 * The login records in Redis: one hash each, changed only by the scripts in login-moves/. Every script is atomic and
 * safe to send twice, since ioredis repeats a command whose reply was lost. All times are Redis's clock, so that
 * processes whose clocks differ agree on who is late; `clockOffsetMs` shifts it in tests.
 *
 * Keys carry the hash tag `{prefix:shard}`, the same as the shard's queue: on a Redis Cluster a login and its job share a slot.
 */
export function createLoginStore(options: {
  redis: RedisClient;
  prefix: string;
  clockOffsetMs?: () => number;
}) {
  const { redis, prefix, clockOffsetMs = () => 0 } = options;
  const scripts = new Map<Move, Script>();
  for (const move of moves) {
    const command = `login:${move}`;
    redis.defineCommand(command, {
      numberOfKeys: 1,
      lua: readFileSync(new URL(`login-moves/${move}.lua`, import.meta.url), 'utf8'),
    });
    const defined = Reflect.get(redis, command) as Script;
    scripts.set(move, defined.bind(redis));
  }

  const withClock = new Set<Move>([
    'open',
    'record-code',
    'read',
    'claim',
    'save-token',
    'settle',
    'take-ticket',
    'replace-ticket',
  ]);

  return {
    redis,
    prefix,
    /** Runs one move; the scripts that judge time get the clock offset as their first argument. */
    run(move: Move, id: string, ...args: (string | number)[]): Promise<Reply> {
      const script = scripts.get(move);
      if (script === undefined) throw new TypeError(`no such move: ${move}`);
      const key = `{${prefix}:${shardOf(id)}}:login:${id}`;
      return withClock.has(move) ? script(key, clockOffsetMs(), ...args) : script(key, ...args);
    },
  };
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
