import { Redis } from 'ioredis';
import pWaitFor from 'p-wait-for';
import { findRedis } from './find-redis.ts';
import { type RedisStore, type Secured, startRedis } from './start-redis.ts';

type ClusterOptions = {
  /** The redis-server to run; found or installed when absent. */
  bin?: string;
  settings?: Record<string, string>;
  /** The port that each node tells its clients, where they are to go through a proxy. */
  announcedPorts?: number[];
  secured?: Secured | undefined;
};

const slotCount = 16_384;
const masterCount = 3;
const formedWithinMs = 20_000;

/**
 * Starts a Redis Cluster of three masters without replicas. Each node can crash by itself;
 * `restart()` starts those that did and waits until the cluster serves again.
 */
export async function startRedisCluster({
  bin,
  settings = {},
  announcedPorts,
  secured,
}: ClusterOptions = {}) {
  await using started = new AsyncDisposableStack();
  const redisBin = bin ?? (await findRedis());
  const nodes: RedisStore[] = [];
  while (nodes.length < masterCount) {
    const announcedPort = announcedPorts?.[nodes.length];
    const node = await startRedis({
      bin: redisBin,
      secured,
      settings: {
        'cluster-enabled': 'yes',
        'cluster-node-timeout': '2000',
        ...(announcedPort && { 'cluster-announce-port': String(announcedPort) }),
        ...settings,
      },
    });
    nodes.push(started.use(node));
  }

  await assignSlots(nodes);
  await waitUntilFormed(nodes);
  const kept = started.move();
  const close = () => kept.disposeAsync();
  const urls = nodes.map(({ url }) => url);
  return {
    /** All of them, comma-separated, as REDIS_URL wants them. */
    url: urls.join(','),
    urls,
    nodes,

    async restart() {
      await Promise.all(nodes.map((node) => node.restart()));
      await waitUntilFormed(nodes);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

async function assignSlots(nodes: RedisStore[]) {
  for (const [index, { url }] of nodes.entries()) {
    const redis = new Redis(url);
    await redis.cluster('ADDSLOTS', ...slotsOf(index));
    // Without epochs of their own the masters would first have to settle a conflict.
    await redis.cluster('SET-CONFIG-EPOCH', index + 1);
    await redis.cluster('MEET', '127.0.0.1', nodes[0]?.port ?? 0);
    redis.disconnect();
  }
}

async function waitUntilFormed(nodes: RedisStore[]) {
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    await pWaitFor(
      async () => {
        const infos = await Promise.all(clients.map((client) => client.cluster('INFO')));
        return infos.every(
          (info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${masterCount}`),
        );
      },
      { interval: 50, timeout: { milliseconds: formedWithinMs, message: 'The Redis Cluster did not form.' } },
    );
  } finally {
    for (const client of clients) {
      client.disconnect();
    }
  }
}

function slotsOf(index: number) {
  const first = Math.ceil((index * slotCount) / masterCount);
  const next = Math.ceil(((index + 1) * slotCount) / masterCount);
  return Array.from({ length: next - first }, (_, offset) => first + offset);
}
