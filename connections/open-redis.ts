import { Cluster } from 'ioredis';
import type { Logger } from 'pino';
import { watchAnswers } from '#connections/answer-watch.ts';
import { askRedis } from '#connections/ask-redis.ts';
import { connectRedis, type RedisRole } from '#connections/connect-redis.ts';
import { lastingRefusalOf } from '#connections/lasting-refusal.ts';
import { probeRedis } from '#connections/probe-redis.ts';
import { redisHostsOf } from '#connections/redis-address.ts';
import { tellOfSettings } from '#connections/redis-settings.ts';
import { isSilence } from '#connections/single-client.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { within } from '#operations/deadline.ts';

const probeMs = 5_000;

export type OpenRedis = Awaited<ReturnType<typeof openRedis>>;

/**
 * Connects as {@link connectRedis} does and looks after the connection: what becomes of it is told once, not at each try,
 * and `onStuck` is called when it does not come back though Redis answers others. Rejects with StoreUnusable when Redis
 * refuses something that the service needs.
 */
export async function openRedis(deps: {
  urls: readonly string[];
  role: RedisRole;
  /** The process, as CLIENT LIST shows it. */
  name: string;
  prefix: string;
  shards: number;
  log: Logger;
  onStuck: (why: string) => void;
}) {
  const { urls, role, name, prefix, shards, log, onStuck } = deps;
  let told: string | undefined;

  function onError(error: Error): void {
    if (told === error.message) return;
    told = error.message;
    if (isSilence(error)) log.warn('a connection to Redis fell silent; connecting anew');
    else log.warn({ err: error }, 'Redis is away');
  }
  log.info({ hosts: redisHostsOf(urls) }, 'connecting to Redis');
  const redis = await connectRedis(urls, role, { name, onError });
  try {
    await within(probeMs, probeRedis({ redis, prefix, shards }));
  } catch (error) {
    const why = lastingRefusalOf(error);
    if (why !== undefined) {
      redis.disconnect();
      throw new StoreUnusable(`Redis at ${redisHostsOf(urls)} cannot serve: ${why}`, { cause: error });
    }
    // It passes, and whoever asks meanwhile is told.
    log.warn({ err: error }, 'Redis takes no work at the moment');
  }
  await tellOfSettings(redis, log);
  redis.on('ready', () => {
    if (told !== undefined) log.info('Redis is back');
    told = undefined;
  });
  // A cluster's client goes on while one of its nodes is gone, and tells of that node alone.
  if (redis instanceof Cluster) {
    redis.on('node error', (error, node) => {
      if (isSilence(error)) log.warn({ node }, 'a connection to Redis fell silent; connecting anew');
    });
  }

  const watch = watchAnswers({
    ask: () => askRedis(redis),
    async askAnew() {
      const fresh = await connectRedis(urls, 'producer', { name: `${name}-check`, timeoutMs: 3_000 });
      await askRedis(fresh).finally(() => fresh.disconnect());
    },
    onStuck: () => onStuck('Redis answers a new connection and not ours, which does not heal'),
  });

  return {
    redis,
    onError,
    close(): void {
      watch.close();
      redis.disconnect();
    },
  };
}
