import { Cluster } from 'ioredis';
import type { RedisClient } from '#connections/redis-client.ts';

/** All keys that match, of a cluster those of every node: KEYS asks one. */
export async function findKeys(redis: RedisClient, pattern: string): Promise<string[]> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  return (await Promise.all(nodes.map((node) => node.keys(pattern)))).flat();
}
