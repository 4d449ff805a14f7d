import type { Connection } from 'mongoose';
import type { Service } from '#test/support/start-service.ts';

/** Every value that the service has in Redis as one text: what somebody who can read Redis would see. */
export async function everythingInRedis({ redis, findKeys }: Service): Promise<string> {
  const keys = await findKeys();
  const values = keys.map(async (key) => {
    switch (await redis.type(key)) {
      case 'hash':
        return redis.hgetall(key);
      case 'list':
        return redis.lrange(key, 0, -1);
      case 'set':
        return redis.smembers(key);
      case 'zset':
        return redis.zrange(key, 0, '-1');
      case 'stream':
        return redis.xrange(key, '-', '+');
      default:
        return redis.get(key);
    }
  });
  return JSON.stringify([keys, await Promise.all(values)]);
}

/** Every document of the named collections as one text. */
export async function everythingInMongo(mongo: Connection, collections: string[]): Promise<string> {
  const documents = collections.map((name) => mongo.collection(name).find().toArray());
  return JSON.stringify(await Promise.all(documents));
}
