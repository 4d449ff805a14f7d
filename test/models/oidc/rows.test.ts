import { randomBytes } from 'node:crypto';
import test from 'ava';
import { Redis } from 'ioredis';
import { createRows } from '#models/oidc/rows.ts';
import { createSealer } from '#models/sealing.ts';
import { withRedis } from '#test/support/with-redis.ts';

test('a row that nobody comes for is gone soon, and one that was come for lives as long as it may', async (t) => {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url.split(',')[0] ?? '');
  t.teardown(() => redis.disconnect());
  const rows = createRows({ redis, prefix, sealer: createSealer([{ kid: 'k', key: randomBytes(32) }]) });
  const livesMs = async () => redis.pttl((await redis.keys(`${prefix}:*`))[0] ?? '');
  const isAbout = (ms: number, wanted: number) => t.true(ms > wanted - 30_000 && ms <= wanted, String(ms));

  await rows.put('Interaction', 'a', { n: 1 }, 1_800_000, 120_000);
  isAbout(await livesMs(), 120_000);
  t.deepEqual(await rows.find('Interaction', 'a'), { values: { n: 1 }, isConsumed: false });
  isAbout(await livesMs(), 120_000);
  t.deepEqual(await rows.findAndKeep('Interaction', 'a'), { values: { n: 1 }, isConsumed: false });
  isAbout(await livesMs(), 1_800_000);
  // However often: its end stays where it was.
  await redis.pexpire((await redis.keys(`${prefix}:*`))[0] ?? '', 60_000);
  await rows.findAndKeep('Interaction', 'a');
  isAbout(await livesMs(), 60_000);
  await rows.consume('Interaction', 'a');
  t.deepEqual(await rows.findAndKeep('Interaction', 'a'), { values: { n: 1 }, isConsumed: true });
  t.is(await rows.findAndKeep('Interaction', 'b'), undefined);
});
