import { randomBytes } from 'node:crypto';
import { Cluster } from 'ioredis';
import { connectMongo } from '#connections/connect-mongo.ts';
import { connectRedis } from '#connections/connect-redis.ts';

/** A store that is gone when the demo ends is not waited for. */
const timeoutMs = 2_000;

/**
 * A key prefix and a database of the demo's own, so that it can use stores on which others work too. `remove` takes
 * back what was written there; stores that the demo started itself vanish whole and need none of it.
 */
export function createOwnSpace({ redisUrl, mongoUrl }: { redisUrl: string; mongoUrl: string }) {
  const name = `demo-${randomBytes(4).toString('hex')}`;
  // Not `new URL`: it refuses a replica set's list of hosts.
  const ownMongoUrl = mongoUrl.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${name}`);

  async function removeKeys(): Promise<void> {
    const redis = await connectRedis(redisUrl.split(','), 'producer', { timeoutMs });
    const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
    for (const node of nodes) {
      for await (const keys of node.scanStream({ match: `*${name}*`, count: 1_000 })) {
        await Promise.all((keys as string[]).map((key) => node.unlink(key)));
      }
    }
    redis.disconnect();
  }

  async function removeDatabase(): Promise<void> {
    const mongo = await connectMongo(ownMongoUrl, { timeoutMs });
    await mongo.dropDatabase();
    await mongo.close();
  }

  return { name, mongoUrl: ownMongoUrl, removeKeys, removeDatabase };
}
