import type { Say } from './find-binary.ts';
import { findMongod } from './find-mongod.ts';
import { findRedis } from './find-redis.ts';
import { startMongo } from './start-mongo.ts';
import { startRedis } from './start-redis.ts';

type Options = {
  /** Stores that run already; whichever is absent is started here. */
  redisUrl?: string | undefined;
  mongoUrl?: string | undefined;
  /** Of a mongod that is started here. */
  setParameters?: Record<string, string | number>;
  say: Say;
};

/** One Redis and one MongoDB: those named, else found or installed, and started. `close()` ends what was started. */
export async function openStores({ redisUrl, mongoUrl, setParameters = {}, say }: Options) {
  await using started = new AsyncDisposableStack();
  if (redisUrl) {
    say('Redis: using REDIS_URL');
  }

  if (mongoUrl) {
    say('MongoDB: using MONGO_URL');
  }

  // One after the other: both may need the package manager.
  const redisBin = redisUrl ? undefined : await findRedis(say);
  const mongod = mongoUrl ? undefined : await findMongod(say);
  const redis = redisBin ? started.use(await startRedis({ bin: redisBin })) : undefined;
  const mongo = mongod ? started.use(await startMongo({ bin: mongod, setParameters })) : undefined;

  const kept = started.move();
  const close = () => kept.disposeAsync();
  return {
    redisUrl: redisUrl || (redis?.url ?? ''),
    mongoUrl: mongoUrl || (mongo?.url ?? ''),
    close,
    [Symbol.asyncDispose]: close,
  };
}
