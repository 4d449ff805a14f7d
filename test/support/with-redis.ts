import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { storeUrl } from './store-url.ts';

/**
 * The run's Redis, and a prefix for this test's keys, which are deleted at teardown.
 * The prefix is a valid BullMQ prefix.
 */
export function withRedis(t: Pick<ExecutionContext, 'teardown'>) {
  const url = storeUrl('TEST_REDIS_URL');
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  t.teardown(() => deleteKeys(url, prefix));
  return { url, prefix };
}

async function deleteKeys(url: string, prefix: string) {
  const redis = new Redis(url);
  try {
    for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1000 })) {
      if (keys.length > 0) {
        await redis.unlink(...keys);
      }
    }
  } finally {
    redis.disconnect();
  }
}
