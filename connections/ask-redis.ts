import { primariesOf } from '#connections/primaries-of.ts';
import type { RedisClient } from '#connections/redis-client.ts';

/** Resolves when the server, or every master of a cluster, has answered, were it with a refusal. */
export async function askRedis(redis: RedisClient): Promise<void> {
  const nodes = primariesOf(redis);
  if (nodes.length === 0) throw new Error('no node of the Redis Cluster is known');
  await Promise.all(
    nodes.map((node) =>
      node.ping().catch((error: unknown) => {
        if ((error as Error).name !== 'ReplyError') throw error;
      }),
    ),
  );
}
