import { primariesOf } from '#connections/primaries-of.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { within } from '#operations/deadline.ts';

const readEachMs = 5_000;
const answerMs = 1_000;

export type RedisMemory = ReturnType<typeof createRedisMemory>;

/**
 * How full Redis is: the part of its `maxmemory` (of its machine's memory where none is set) that it uses, of a cluster the
 * fullest primary's. Read when it is asked for, every five seconds at most, and nobody waits for it: what is known is the answer,
 * 0 where nothing is.
 */
export function createRedisMemory(redis: RedisClient): () => number {
  let used = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    const all = primariesOf(redis).map((node) => node.info('memory'));
    used = Math.max(...(await within(answerMs, Promise.all(all))).map(partUsed));
  }

  return function usedPart() {
    if (performance.now() - readAt >= readEachMs) {
      readAt = performance.now();
      // What was known last stays; that Redis is away others find out.
      read().catch(() => {});
    }
    return used;
  };
}

function partUsed(info: string): number {
  const told = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const most = told('maxmemory') || told('total_system_memory');
  return most === 0 ? 0 : told('used_memory') / most;
}
