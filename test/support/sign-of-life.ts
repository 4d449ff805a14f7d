import type { RedisClient } from '#connections/redis-client.ts';
import { createAccountCapacity } from '#models/account/capacity.ts';

/**
 * Tells every ingress each second that a worker is there, though none is: where only the ingress is looked at, nobody is to
 * be held for want of workers. Resolves once it was told.
 */
export async function startSignOfLife(redis: RedisClient, env: Record<string, string | undefined>) {
  const shards = Number(env['QUEUE_SHARDS'] ?? 1);
  const capacity = createAccountCapacity({
    redis,
    prefix: env['REDIS_PREFIX'] ?? '',
    shards,
    callsPerSecond: Number(env['ACCOUNT_CALLS_PER_MINUTE'] ?? 45_000) / 60,
  });
  const seen = { worker: 'pretended', ended: 0, accounts: new Map(), left: new Map() };
  const tell = () => Promise.all(Array.from({ length: shards }, (_, shard) => capacity.report(shard, seen)));
  await tell();
  const timer = setInterval(() => void tell().catch(() => {}), 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
