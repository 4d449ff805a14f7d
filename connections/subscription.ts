import { randomUUID } from 'node:crypto';
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '#connections/redis-client.ts';
import { within } from '#operations/deadline.ts';

const beatEachMs = 1_000;
const connectsWithinMs = 5_000;
/** Beats in a row. */
const silentAfter = 3;
const stuckAfter = 15;

export type Subscription = Awaited<ReturnType<typeof openSubscription>>;

/**
 * Hears what is published on a channel, on a connection of its own, to any node of a cluster. Each second it publishes a
 * beat by way of `redis` that must come back: the connection that does not bring it is replaced, since its socket may look
 * well for ever. Rejects when the first connection cannot be made, with what ioredis says.
 */
export async function openSubscription(deps: {
  redis: RedisClient;
  channel: string;
  onMessage: (message: string) => void;
  /** Another connection hears from now on; what was published meanwhile was missed. */
  onGap: () => void;
  onSilence: () => void;
  /** Beats are taken for 15 s and new connections do not bring them either. */
  onStuck: () => void;
  everyMs?: number;
}) {
  const { redis, channel, onMessage, onGap, onSilence, onStuck, everyMs = beatEachMs } = deps;
  const beatChannel = `${channel}:beat:${randomUUID()}`;
  let current: Redis | undefined;
  let isOpening = false;
  let isClosed = false;
  let beat = 0;
  let lastTaken = 0;
  let lastHeard = 0;
  /** Beats that Redis took and that did not come back: in a row, and since this connection is there. */
  let missed = 0;
  let missedHere = 0;

  function hear(name: string, message: string): void {
    if (name === beatChannel) lastHeard = Number(message);
    else onMessage(message);
  }

  async function open(): Promise<void> {
    const next = copyOf(redis);
    next.on('error', () => {});
    next.on('message', hear);
    try {
      await within(
        connectsWithinMs,
        next.connect().then(() => next.subscribe(channel, beatChannel)),
      );
    } catch (error) {
      drop(next);
      throw error;
    }
    if (isClosed) return drop(next);
    current = next;
    next.once('close', () => {
      if (current !== next) return;
      current = undefined;
      renew();
    });
  }

  function renew(): void {
    if (current !== undefined) drop(current);
    current = undefined;
    missedHere = 0;
    if (isOpening) return;
    isOpening = true;
    // While it fails, each beat tries again.
    open()
      .then(onGap, () => {})
      .finally(() => {
        isOpening = false;
      });
  }

  async function sendBeat(): Promise<void> {
    if (current === undefined) renew();
    beat += 1;
    const sent = beat;
    await redis.publish(beatChannel, String(sent));
    // The one before has had its time to come back.
    if (lastHeard < lastTaken) {
      missed += 1;
      missedHere += 1;
    } else missed = missedHere = 0;
    lastTaken = sent;
    if (missed === stuckAfter) onStuck();
    else if (missedHere >= silentAfter && current !== undefined) {
      onSilence();
      renew();
    }
  }

  await open();
  // A beat that Redis does not take proves nothing about this connection.
  const timer = setInterval(() => sendBeat().catch(() => {}), everyMs);

  return {
    close(): void {
      isClosed = true;
      clearInterval(timer);
      if (current !== undefined) drop(current);
    },
  };

  function drop(connection: Redis): void {
    connection.off('message', hear);
    connection.disconnect();
  }
}

/** A connection that ends when it breaks, for another one to take its place. */
function copyOf(redis: RedisClient): Redis {
  const nodes = redis instanceof Cluster ? redis.nodes('all') : [redis];
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  if (node === undefined) throw new Error('no node of the Redis Cluster is known at the moment');
  return node.duplicate({
    connectionName: `${node.options.connectionName}-subscription`,
    lazyConnect: true,
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  });
}
