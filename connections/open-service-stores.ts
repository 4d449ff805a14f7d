import type { Logger } from 'pino';
import type { RedisRole } from '#connections/connect-redis.ts';
import { openMongo } from '#connections/open-mongo.ts';
import { openRedis } from '#connections/open-redis.ts';
import { StoreUnreachable } from '#connections/store-unreachable.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';

/** Of the process's configuration. */
type Addresses = {
  readonly MONGO_URL: string;
  readonly REDIS_URL: readonly string[];
  readonly REDIS_PREFIX: string;
  readonly QUEUE_SHARDS: number;
};

const isOperatorFault = (error: unknown): error is Error =>
  error instanceof StoreUnreachable || error instanceof StoreUnusable;

/**
 * Redis and MongoDB for a process, both tried at once: whoever has to mend both hears of both. Puts them on the stack, and
 * rejects as {@link openMongo} and {@link openRedis} do.
 */
export async function openServiceStores(
  stack: AsyncDisposableStack,
  options: { config: Addresses; role: RedisRole; name: string; log: Logger; onStuck: (why: string) => void },
) {
  const { config, ...rest } = options;
  const { REDIS_URL: urls, REDIS_PREFIX: prefix, QUEUE_SHARDS: shards } = config;
  const [mongo, redis] = await Promise.allSettled([
    openMongo(config.MONGO_URL, rest.log),
    openRedis({ urls, prefix, shards, ...rest }),
  ]);
  if (mongo.status === 'fulfilled') stack.adopt(mongo.value, (connection) => connection.close());
  if (redis.status === 'fulfilled') stack.adopt(redis.value, (connection) => connection.close());
  if (mongo.status === 'fulfilled' && redis.status === 'fulfilled') {
    return { mongo: mongo.value, redis: redis.value.redis, onError: redis.value.onError };
  }
  throw asOne([redis, mongo].flatMap((opened) => (opened.status === 'rejected' ? [opened.reason] : [])));
}

function asOne(reasons: readonly unknown[]): unknown {
  const [first, ...others] = reasons;
  const bug = reasons.find((reason) => !isOperatorFault(reason));
  if (bug !== undefined || others.length === 0) return bug ?? first;
  return new StoreUnreachable(reasons.map((reason) => (reason as Error).message).join('\n'), {
    cause: first,
  });
}
