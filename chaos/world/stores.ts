import { startTcpProxy, type TcpProxy } from '#chaos/tcp-proxy.ts';
import { type MongoStore, startMongo } from '#dev-stores/start-mongo.ts';
import { type RedisStore, startRedis } from '#dev-stores/start-redis.ts';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { startRedisReplica } from '#dev-stores/start-redis-replica.ts';

export type Topology = {
  /** `one` behind a proxy that fails on demand; `replica` too; a cluster's clients find its nodes by themselves. */
  readonly redis?: 'one' | 'replica' | 'cluster';
  readonly mongoMembers?: 1 | 3;
  /** The third member of MongoDB votes only. */
  readonly hasArbiter?: boolean;
};

export type RedisWorld = {
  /** What the service is told. */
  readonly url: string;
  /** Past every proxy, for whoever looks. Several for a cluster. */
  readonly directUrls: () => string[];
  /** The server a fault strikes. */
  readonly server: () => RedisStore;
  readonly proxy?: TcpProxy;
  readonly failover?: () => Promise<void>;
  /** The replica becomes the primary without a word with the old one, and the address leads to it. */
  readonly takeOver?: () => Promise<void>;
  /** The old primary, started anew, becomes its replica. */
  readonly rejoin?: () => Promise<void>;
};

export type Stores = { readonly redis: RedisWorld; readonly mongo: MongoStore };
export type StoreShelf = ReturnType<typeof createStoreShelf>;

/** Starts each topology once and keeps it for the scenarios that follow: they take a prefix and a database of their own. */
export function createStoreShelf() {
  const stack = new AsyncDisposableStack();
  const redises = new Map<string, Promise<RedisWorld>>();
  const mongos = new Map<string, Promise<MongoStore>>();

  async function startOne(): Promise<RedisWorld> {
    const server = stack.use(await startRedis());
    const proxy = stack.adopt(await startTcpProxy({ port: server.port }), (open) => open.close());
    return {
      url: `redis://127.0.0.1:${proxy.port}`,
      directUrls: () => [server.url],
      server: () => server,
      proxy,
    };
  }

  async function startReplica(): Promise<RedisWorld> {
    const pair = stack.use(await startRedisReplica());
    const proxy = stack.adopt(await startTcpProxy({ port: pair.primary.port }), (open) => open.close());
    return {
      url: `redis://127.0.0.1:${proxy.port}`,
      directUrls: () => [pair.primary.url],
      server: () => pair.primary,
      proxy,
      async failover() {
        const old = pair.primary.port;
        // A managed failover moves the address first or last; here old connections meet the demoted node.
        await pair.failover();
        if (pair.primary.port === old) throw new Error('nothing failed over');
        proxy.leadTo(pair.primary.port);
      },
      async takeOver() {
        await pair.takeOver();
        proxy.leadTo(pair.primary.port);
      },
      rejoin: () => pair.rejoin(),
    };
  }

  async function startCluster(): Promise<RedisWorld> {
    const cluster = stack.use(await startRedisCluster());
    const [first] = cluster.nodes;
    if (first === undefined) throw new Error('a cluster without nodes');
    return { url: cluster.url, directUrls: () => cluster.urls, server: () => first };
  }

  const starters = { one: startOne, replica: startReplica, cluster: startCluster };

  return {
    async take({ redis = 'one', mongoMembers: members = 1, hasArbiter = false }: Topology): Promise<Stores> {
      const redisWorld = redises.get(redis) ?? starters[redis]();
      redises.set(redis, redisWorld);
      const set = hasArbiter ? 'with an arbiter' : `of ${members}`;
      const mongo =
        mongos.get(set) ?? startMongo({ members, hasArbiter }).then((started) => stack.use(started));
      mongos.set(set, mongo);
      return { redis: await redisWorld, mongo: await mongo };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
