import test from 'ava';
import { connectRedis } from '#connections/connect-redis.ts';
import { withRedis } from '#test/support/with-redis.ts';

test('a process that stood still itself has not waited for Redis meanwhile', async (t) => {
  const { url } = withRedis(t);
  const opening = connectRedis([url], 'consumer', { timeoutMs: 2_000 });
  const stirsAt = performance.now() + 2_100;
  while (performance.now() < stirsAt);
  await t.notThrowsAsync(opening.then((redis) => redis.disconnect()));
});
