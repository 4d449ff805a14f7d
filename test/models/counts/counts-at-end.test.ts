import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { connectRedis } from '#connections/connect-redis.ts';
import { createRedisClock } from '#connections/redis-clock.ts';
import type { LoginHourModel } from '#models/counts/hours.ts';
import { openCounts } from '#models/counts/open-counts.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { withRedis } from '#test/support/with-redis.ts';

type Update = {
  readonly updateOne: { readonly update: { readonly $inc: Readonly<Record<string, number>> } };
};

test('a process that ends while its counts are on their way to MongoDB brings the last ones, too', async (t) => {
  t.timeout(120_000);
  const { url, prefix } = withRedis(t);
  const redis = await connectRedis([url], 'consumer');
  t.teardown(() => redis.disconnect());
  const seen = { writes: 0, counted: 0 };
  const hours = {
    async bulkWrite(updates: readonly Update[]) {
      seen.writes += 1;
      // So that the end falls into it.
      await sleep(500);
      for (const { updateOne } of updates)
        for (const n of Object.values(updateOne.update.$inc)) seen.counted += n;
    },
  };
  const stack = new AsyncDisposableStack();
  const { count } = openCounts(stack, {
    ...{ redis, prefix, minuteMs: 60_000, clock: createRedisClock(), log: capturedLog().log },
    hours: hours as unknown as LoginHourModel,
  });
  let counted = 0;
  // The timer's own write comes after half a minute.
  while (seen.writes === 0) {
    count({ entId: 'acme', appid: 'wx1' }, 'ready');
    counted += 1;
    await sleep(20);
  }
  for (let n = 0; n < 10; n += 1) count({ entId: 'acme', appid: 'wx1' }, 'ready');
  await stack.disposeAsync();
  t.is(seen.counted, counted + 10);
});
