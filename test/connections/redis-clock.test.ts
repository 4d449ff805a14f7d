import test from 'ava';
import { createRedisClock } from '#connections/redis-clock.ts';

test('the clock goes on from what Redis said, whatever this machine’s date is', (t) => {
  const monotonic = { ms: 5_000 };
  const clock = createRedisClock({ monotonic: () => monotonic.ms });
  t.true(Math.abs(clock.now() - Date.now()) < 1_000);
  clock.hear(1_700_000_000_000);
  monotonic.ms += 250;
  t.is(clock.now(), 1_700_000_000_250);
});
