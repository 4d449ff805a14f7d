import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { ClusterClient, fewRedirections } from '#connections/cluster-client.ts';
import { lastingRefusalOf } from '#connections/lasting-refusal.ts';
import { redisHostsOf, sharedOptions } from '#connections/redis-address.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { isDemoted } from '#connections/redis-refusal.ts';
import { SingleClient, silentAfterMs } from '#connections/single-client.ts';
import { StoreUnreachable } from '#connections/store-unreachable.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { writeOnceATurn } from '#connections/write-once-a-turn.ts';
import { within } from '#operations/deadline.ts';

/**
 * `producer`: a person waits on every command, so a command fails at once while Redis is away. One that gets no answer fails
 * after four seconds; whoever waits less (ingress/http/redis-deadline.ts) measures Redis and not this process's own delay, which
 * the client's timeout cannot tell apart.
 * `consumer`: work in hand is not given up: commands wait until Redis is back. BullMQ marks a finished job as failed
 * when its connection gives up first, so the limit is lifted outright (measured on bullmq 6.7: it lifts it by itself
 * on the blocking connection only).
 */
export type RedisRole = 'producer' | 'consumer';

const roleOptions = {
  producer: { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 4_000 },
  consumer: { maxRetriesPerRequest: null },
} satisfies Record<RedisRole, RedisOptions>;

const retryStrategy = (times: number) => Math.min(50 * 2 ** Math.min(times, 4), 500) + Math.random() * 50;

/**
 * One address is a server, or leads to a cluster; several are the seeds of a cluster. Rejects with {@link StoreUnreachable}
 * after `timeoutMs`, and with {@link StoreUnusable} when Redis refuses us for good. A connection on which an answer is
 * overdue by seconds is replaced, and its commands are sent again.
 */
export async function connectRedis(
  urls: readonly string[],
  role: RedisRole,
  { onError = (_error: Error) => {}, timeoutMs = 5_000, name = role as string } = {},
): Promise<RedisClient> {
  const options = optionsOf(role, name);

  async function open<T extends RedisClient>(redis: T): Promise<T> {
    redis.on('error', onError);
    try {
      await untilReady(redis, timeoutMs);
      return redis;
    } catch (cause) {
      redis.disconnect();
      throw failureOf(cause, urls);
    }
  }

  if (urls.length > 1) return open(createCluster(urls, role, options));
  const single = await open(createSingle(urls, options));
  try {
    const info = await within(timeoutMs, single.info());
    if (!/^cluster_enabled:1/m.test(info)) {
      if (/^role:slave/m.test(info))
        throw new StoreUnusable('it is a replica; REDIS_URL must lead to the primary');
      return single;
    }
  } catch (cause) {
    single.disconnect();
    throw failureOf(cause, urls);
  }
  // The one address that a provider gives for all nodes of a cluster.
  single.disconnect();
  return open(createCluster(urls, role, options));
}

type Options = ReturnType<typeof optionsOf>;

function optionsOf(role: RedisRole, name: string) {
  return {
    // For whoever asks Redis for CLIENT LIST.
    connectionName: `wechat-login-${name}`,
    connectTimeout: 2_000,
    socketTimeout: silentAfterMs,
    retryStrategy,
    // 2: reconnect and send again.
    reconnectOnError: (error: Error) => (isDemoted(error) ? (2 as const) : false),
    ...roleOptions[role],
  };
}

function createSingle([url = '']: readonly string[], options: Options): SingleClient {
  const redis = new SingleClient(url, options);
  writeOnceATurn(redis);
  return redis;
}

function createCluster(urls: readonly string[], role: RedisRole, options: Options): ClusterClient {
  const shared = sharedOptions(urls);
  const redis = new ClusterClient([...urls], {
    redisOptions: { ...options, ...shared },
    // A certificate is for the name, which ioredis would replace by its address.
    ...(shared.tls && { dnsLookup: (host, callback) => callback(null, host) }),
    clusterRetryStrategy: retryStrategy,
    enableOfflineQueue: role === 'consumer',
    maxRedirections: role === 'consumer' ? Number.POSITIVE_INFINITY : fewRedirections,
    slotsRefreshInterval: 5_000,
    // A connect() that meets a cluster in trouble would never settle (ioredis 6.0), and BullMQ awaits it before it
    // fetches another job. Measured: a node that was away for 4 s left half of the queues standing.
    enableReadyCheck: false,
  });
  redis.on('+node', writeOnceATurn);
  return redis;
}

/** Patience is counted in these: a process that stood still itself has not waited for Redis meanwhile. */
const lookEachMs = 250;

/** Not events.once: that gives up at the first error, and a Redis that starts beside us refuses for a moment. */
async function untilReady(redis: Redis | Cluster, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let cause: unknown;
  const note = (error: unknown) => {
    cause = error;
    if (lastingRefusalOf(error) !== undefined) reject(error);
  };
  let leftMs = timeoutMs;
  const timer = setInterval(() => {
    leftMs -= lookEachMs;
    if (leftMs <= 0) reject(cause);
  }, lookEachMs);
  redis.on('error', note);
  redis.once('ready', resolve);
  try {
    await promise;
  } finally {
    clearInterval(timer);
    redis.off('error', note);
    redis.off('ready', resolve);
  }
}

function failureOf(cause: unknown, urls: readonly string[]): Error {
  const hosts = redisHostsOf(urls);
  const { message } = (cause ?? {}) as { message?: string };
  const why = cause instanceof StoreUnusable ? message : lastingRefusalOf(cause);
  if (why !== undefined) return new StoreUnusable(`Redis at ${hosts} cannot serve: ${why}`, { cause });
  const reason = message === undefined ? '' : `: ${message}`;
  return new StoreUnreachable(`Redis at ${hosts} is not reachable${reason}`, { cause });
}
