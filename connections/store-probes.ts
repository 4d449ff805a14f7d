import type { Queue } from 'bullmq';
import type { Connection } from 'mongoose';
import { createRedisProbe } from '#connections/probe-redis.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import type { Probe } from '#operations/health.ts';

const unauthorized = 13;
const mongoMs = 900;

/** What /readyz asks of the stores: not whether they are there but whether they do what a login needs. */
export function createStoreProbes(deps: {
  redis: RedisClient;
  prefix: string;
  shards: number;
  queues: readonly Pick<Queue, 'getJobCounts'>[];
  mongo: Connection;
}): { redis: Probe; mongo: Probe } {
  const { redis, prefix, shards, queues, mongo } = deps;

  async function probeMongo(): Promise<void> {
    if (mongo.db === undefined) throw new TypeError('MongoDB is asked before it is connected');
    try {
      const [{ isWritablePrimary }] = await Promise.all([
        mongo.db.command({ hello: 1, maxTimeMS: mongoMs }),
        mongo.db.command({ find: 'enterprises', limit: 1, singleBatch: true, maxTimeMS: mongoMs }),
      ]);
      if (isWritablePrimary !== true) throw new StoreUnusable('it has no primary at the moment');
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== unauthorized) throw cause;
      throw new StoreUnusable('the user of MONGO_URL lacks a right', { cause });
    }
  }

  return {
    redis: createRedisProbe({ redis, prefix, shards, also: async () => queues[0]?.getJobCounts('wait') }),
    mongo: probeMongo,
  };
}
