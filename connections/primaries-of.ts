import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '#connections/redis-client.ts';

/** Every server that holds keys: the one there is, or a cluster's masters. */
export const primariesOf = (redis: RedisClient): Redis[] =>
  redis instanceof Cluster ? redis.nodes('master') : [redis];
