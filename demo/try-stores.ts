import { connectMongo } from '#connections/connect-mongo.ts';
import { connectRedis } from '#connections/connect-redis.ts';
import { prepareMongo } from '#models/documents/prepare-mongo.ts';
import { createOwnSpace } from './own-space.ts';

/** A store that refuses is known at once; this is for one that says nothing, and for a machine that is busy. */
const timeoutMs = 10_000;

/**
 * Tries stores that run already before anything is started that needs them; an empty address is not tried. Rejects with an
 * error whose message has one sentence for each that cannot serve.
 */
export async function tryStores(addresses: { redisUrl: string; mongoUrl: string }): Promise<void> {
  const { redisUrl, mongoUrl } = addresses;
  const tries = await Promise.allSettled([
    redisUrl === '' ? undefined : tryRedis(redisUrl),
    // A database that is there only in this attempt, which leaves nothing behind.
    mongoUrl === '' ? undefined : tryMongo(createOwnSpace(addresses).mongoUrl),
  ]);
  const reasons = tries.flatMap((tried) => (tried.status === 'rejected' ? [tried.reason as Error] : []));
  if (reasons.length > 0) throw new Error(reasons.map(({ message }) => message).join('\n'));
}

async function tryRedis(url: string): Promise<void> {
  const redis = await connectRedis(url.split(','), 'producer', { timeoutMs });
  redis.disconnect();
}

async function tryMongo(url: string): Promise<void> {
  const mongo = await connectMongo(url, { timeoutMs });
  try {
    await prepareMongo(mongo, url);
  } finally {
    await mongo.close();
  }
}
