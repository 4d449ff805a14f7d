import type { Say } from './find-binary.ts';
import { findMongod } from './find-mongod.ts';
import { findRedis } from './find-redis.ts';
import { makeCertificate } from './make-certificate.ts';
import { startMongo } from './start-mongo.ts';
import { startRedis } from './start-redis.ts';
import { startRedisCluster } from './start-redis-cluster.ts';
import { startRedisReplica } from './start-redis-replica.ts';

/** What is started here; of a `replica` pair the address is the primary's. */
export type Topology = {
  redis?: 'one' | 'replica' | 'cluster';
  mongoMembers?: 1 | 3;
  /** Redis speaks TLS alone, and wants a password. */
  isSecured?: boolean;
};

type Options = Topology & {
  /** Stores that run already; whichever is absent is started here. */
  redisUrl?: string | undefined;
  mongoUrl?: string | undefined;
  /** Of a mongod that is started here. */
  setParameters?: Record<string, string | number>;
  say: Say;
};

const redisStarters = { one: startRedis, replica: startRedisReplica, cluster: startRedisCluster };

/**
 * Redis and MongoDB: those named, else found or installed, and started, one server each unless told otherwise.
 * `redisUrl` is as REDIS_URL wants it: a comma-separated list for a cluster. `close()` ends what was started.
 */
export async function openStores({
  redisUrl,
  mongoUrl,
  redis: kind = 'one',
  mongoMembers: members = 1,
  isSecured = false,
  setParameters = {},
  say,
}: Options) {
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
  const certificate = isSecured ? started.use(await makeCertificate()) : undefined;
  const secured = certificate && { certificate, password: 'a word / of %40 many' };
  const redis = redisBin ? started.use(await redisStarters[kind]({ bin: redisBin, secured })) : undefined;
  const mongo = mongod ? started.use(await startMongo({ bin: mongod, members, setParameters })) : undefined;

  const kept = started.move();
  const close = () => kept.disposeAsync();
  return {
    redisUrl: redisUrl || (redis?.url ?? ''),
    mongoUrl: mongoUrl || (mongo?.url ?? ''),
    /** For NODE_EXTRA_CA_CERTS of whoever is to use them. */
    certFile: certificate?.certFile,
    /** For a test that stands between them and their Redis. */
    keyFile: certificate?.keyFile,
    close,
    [Symbol.asyncDispose]: close,
  };
}
