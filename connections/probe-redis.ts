import { readFileSync } from 'node:fs';
import { lastingRefusalOf } from '#connections/lasting-refusal.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { isRedisRefusal } from '#connections/redis-refusal.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';

const everyCommand = readFileSync(new URL('probe-redis.lua', import.meta.url), 'utf8');
const oneWrite = `redis.call('SET', KEYS[1], '1', 'PX', 10000) redis.call('PUBLISH', ARGV[1], '') return 'OK'`;
const kinds = ['string', 'hash', 'list', 'other', 'set', 'sorted', 'stream'];
type Script = (keys: number, ...keysAndChannel: string[]) => Promise<unknown>;
type Where = { readonly redis: RedisClient; readonly prefix: string; readonly shards: number };

const tag = (prefix: string, shard: number) => `{${prefix}:${shard}}:probe`;

function defineScript(redis: RedisClient, name: string, lua: string): Script {
  redis.defineCommand(name, { lua });
  return (Reflect.get(redis, name) as Script).bind(redis);
}

/**
 * Does once what we and BullMQ do all the time: a script with each command, a message, a wait for a job, a question for the
 * version, on throw-away keys of each shard. Throws what Redis refuses it with, or what ioredis throws while Redis is away.
 */
export async function probeRedis({ redis, prefix, shards }: Where): Promise<void> {
  const script = defineScript(redis, 'probe:all', everyCommand);
  const probeShard = async (shard: number) => {
    const keys = kinds.map((kind) => `${tag(prefix, shard)}:${kind}`);
    await script(keys.length, ...keys, `${prefix}:probe`);
    // The script leaves one to be had, so that this waits for nobody.
    await redis.bzpopmin(`${tag(prefix, shard)}:sorted`, 0.01);
  };
  await Promise.all([
    redis.info(),
    redis.publish(`${prefix}:probe`, ''),
    ...Array.from({ length: shards }, (_, shard) => probeShard(shard)),
  ]);
}

/**
 * For /readyz: a write and a message in each shard, and whatever `also` asks. Rejects with {@link StoreUnusable}, whose
 * message says what Redis answered, or that it did not.
 */
export function createRedisProbe({ redis, prefix, shards, also }: Where & { also: () => Promise<unknown> }) {
  const script = defineScript(redis, 'probe:one', oneWrite);
  return async function probe(): Promise<void> {
    const writes = Array.from({ length: shards }, (_, shard) =>
      script(1, `${tag(prefix, shard)}:string`, `${prefix}:probe`),
    );
    try {
      await Promise.all([redis.publish(`${prefix}:probe`, ''), also(), ...writes]);
    } catch (cause) {
      const code = isRedisRefusal(cause) ? /[A-Z]{3,}/.exec((cause as Error).message)?.[0] : undefined;
      const why = lastingRefusalOf(cause) ?? (code && `it takes no writes at the moment (${code})`);
      throw new StoreUnusable(why ?? 'it does not answer', { cause });
    }
  };
}
