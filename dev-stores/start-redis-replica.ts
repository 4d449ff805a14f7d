import { Redis } from 'ioredis';
import pWaitFor from 'p-wait-for';
import { findRedis } from './find-redis.ts';
import { type RedisStore, type Secured, startRedis } from './start-redis.ts';

type ReplicaOptions = {
  /** The redis-server to run; found or installed when absent. */
  bin?: string;
  settings?: Record<string, string>;
  secured?: Secured | undefined;
};

const inSyncWithinMs = 20_000;

/** Starts a Redis with one replica. Each can crash and restart; `failover()` changes who is who. */
export async function startRedisReplica({ bin, settings = {}, secured }: ReplicaOptions = {}) {
  await using started = new AsyncDisposableStack();
  const redisBin = bin ?? (await findRedis());
  // Unless told, a primary waits 5 s for more replicas to come before it serves the first.
  const options = { bin: redisBin, secured, settings: { 'repl-diskless-sync-delay': '0', ...settings } };
  let primary = started.use(await startRedis(options));
  let replica = started.use(await startRedis(options));
  await follow(replica, primary);

  const kept = started.move();

  async function close() {
    // Together: a primary that ends first would wait for its replica.
    await Promise.all([primary.close(), replica.close()]);
    await kept.disposeAsync();
  }

  return {
    /** Of who is the primary now. */
    get url() {
      return primary.url;
    },

    get primary() {
      return primary;
    },

    get replica() {
      return replica;
    },

    /**
     * Makes the replica the primary. While the old one lives they agree first, so that no write is lost, and it
     * goes on read-only with its connections open, as after a managed failover. A crashed one is left as it is:
     * what it had not yet sent is lost. When it restarts, it must be told by `rejoin()`.
     */
    async failover() {
      const isPrimaryAlive = primary.pid !== undefined;
      if (isPrimaryAlive) {
        await run(primary, (redis) =>
          redis.call('FAILOVER', 'TO', '127.0.0.1', String(replica.port), 'TIMEOUT', '5000'),
        );
        await pWaitFor(async () => (await roleOf(replica)) === 'master', {
          interval: 25,
          timeout: inSyncWithinMs,
        });
      } else {
        await run(replica, (redis) => redis.replicaof('NO', 'ONE'));
      }

      [primary, replica] = [replica, primary];
      if (isPrimaryAlive) {
        await waitForSync(replica);
      }
    },

    /** Makes the replica the primary without asking the old one, which may be frozen: what it had not yet sent is lost. */
    async takeOver() {
      await run(replica, (redis) => redis.replicaof('NO', 'ONE'));
      [primary, replica] = [replica, primary];
    },

    /** Makes a restarted old primary the replica of the new one. */
    async rejoin() {
      await follow(replica, primary);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

async function follow(replica: RedisStore, primary: RedisStore) {
  await run(replica, (redis) => redis.replicaof('127.0.0.1', primary.port));
  await waitForSync(replica);
}

async function waitForSync(replica: RedisStore) {
  await pWaitFor(
    () => run(replica, async (redis) => (await redis.info('replication')).includes('master_link_status:up')),
    {
      interval: 25,
      timeout: { milliseconds: inSyncWithinMs, message: 'The Redis replica did not catch up.' },
    },
  );
}

async function roleOf(store: RedisStore) {
  return run(store, async (redis) => ((await redis.role()) as unknown[])[0]);
}

async function run<T>(store: RedisStore, action: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(store.url, { commandTimeout: 5000 });
  redis.on('error', () => {});
  try {
    return await action(redis);
  } finally {
    redis.disconnect();
  }
}
