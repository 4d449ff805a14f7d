import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { storeUrl } from './store-url.ts';

/**
 * The run's Redis, and a prefix for this test's keys, which are deleted at teardown.
 * The prefix is a valid BullMQ prefix. The url of a cluster is a comma-separated list, as REDIS_URL.
 */
export function withRedis(t: Pick<ExecutionContext, 'teardown'>) {
  const url = storeUrl('TEST_REDIS_URL');
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  t.teardown(() => Promise.all(url.split(',').map((node) => deleteKeys(node, prefix))));
  return { url, prefix };
}

async function deleteKeys(url: string, prefix: string) {
  const redis = new Redis(url);
  try {
    const found: AsyncIterable<string[]> = redis.scanStream({ match: `*${prefix}*`, count: 1000 });
    for await (const keys of found) {
      // One by one: a node of a cluster refuses keys of several slots in one command.
      await redis.pipeline(keys.map((key) => ['unlink', key])).exec();
    }
  } finally {
    redis.disconnect();
  }
}
