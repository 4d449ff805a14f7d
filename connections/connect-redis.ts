import { Cluster, type Redis, type RedisOptions } from 'ioredis';
import { ClusterClient, fewRedirections } from '#connections/cluster-client.ts';
import { hostsOf, sharedOptions } from '#connections/redis-address.ts';
import { SingleClient, silentAfterMs } from '#connections/single-client.ts';
import { StoreUnreachable } from '#connections/store-unreachable.ts';
import { atEndOfTurn } from '#models/end-of-turn.ts';
import type { RedisClient } from '#models/login-moves.ts';
import { isDemoted } from '#models/redis-refusal.ts';

/**
 * `producer`: a person waits on every command, so a command fails within a second while Redis is away.
 * `consumer`: work in hand is not given up: commands wait until Redis is back. BullMQ marks a finished job as failed
 * when its connection gives up first, so the limit is lifted outright (measured on bullmq 6.7: it lifts it by itself
 * on the blocking connection only).
 */
export type RedisRole = 'producer' | 'consumer';

const roleOptions = {
  producer: { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 900 },
  consumer: { maxRetriesPerRequest: null },
} satisfies Record<RedisRole, RedisOptions>;

/**
 * One address is a server, several are the seeds of a cluster. Rejects with {@link StoreUnreachable} after `timeoutMs`.
 * A connection on which an answer is overdue by seconds is replaced, and its commands are sent again.
 */
export async function connectRedis(
  urls: readonly string[],
  role: RedisRole,
  {
    onError = (_error: Error) => {},
    timeoutMs = 5_000,
    name = role as string,
    silenceMs: socketTimeout = silentAfterMs,
  } = {},
): Promise<RedisClient> {
  const retryStrategy = (times: number) => Math.min(50 * 2 ** Math.min(times, 4), 500) + Math.random() * 50;
  const redisOptions = {
    // For whoever asks Redis for CLIENT LIST.
    connectionName: `wechat-login-${name}`,
    connectTimeout: 2_000,
    socketTimeout,
    retryStrategy,
    // 2: reconnect and send again.
    reconnectOnError: (error: Error) => (isDemoted(error) ? (2 as const) : false),
    ...roleOptions[role],
  };
  const [first = ''] = urls;
  const redis =
    urls.length > 1
      ? new ClusterClient([...urls], {
          redisOptions: { ...redisOptions, ...sharedOptions(urls) },
          clusterRetryStrategy: retryStrategy,
          enableOfflineQueue: role === 'consumer',
          maxRedirections: role === 'consumer' ? Number.POSITIVE_INFINITY : fewRedirections,
          slotsRefreshInterval: 5_000,
          // A connect() that meets a cluster in trouble would never settle (ioredis 6.0), and BullMQ awaits it before it
          // fetches another job. Measured: a node that was away for 4 s left half of the queues standing.
          enableReadyCheck: false,
        })
      : new SingleClient(first, redisOptions);
  redis.on('error', onError);
  if (redis instanceof Cluster) redis.on('+node', writeOnceATurn);
  else writeOnceATurn(redis);
  try {
    await untilReady(redis, timeoutMs);
    return redis;
  } catch (cause) {
    redis.disconnect();
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    throw new StoreUnreachable(`Redis at ${hostsOf(urls)} is not reachable${reason}`, { cause });
  }
}
/** Not events.once: that gives up at the first error, and a Redis that starts beside us refuses for a moment. */
async function untilReady(redis: RedisClient, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let cause: unknown;
  const note = (error: unknown) => {
    cause = error;
  };
  const timer = setTimeout(() => reject(cause), timeoutMs);
  redis.on('error', note);
  redis.once('ready', resolve);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off('error', note);
    redis.off('ready', resolve);
  }
}

/**
 * Sends all commands of one turn of the event loop in one write to the socket. ioredis writes each by itself, and under
 * load those system calls were a tenth of a process's time.
 */
function writeOnceATurn(redis: Redis): void {
  redis.on('connect', () => {
    const { stream } = redis;
    const write = stream.write.bind(stream);
    let isCorked = false;
    stream.write = ((...args: Parameters<typeof write>) => {
      if (!isCorked) {
        isCorked = true;
        stream.cork();
        atEndOfTurn(() => {
          isCorked = false;
          stream.uncork();
        });
      }
      return write(...args);
    }) as typeof stream.write;
  });
}
