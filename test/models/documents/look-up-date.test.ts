import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createLookUp } from '#models/documents/look-up.ts';

test('what is known is looked up again in time, though the machine’s date was set back by hours', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
  let value = 'old';
  const lookUp = createLookUp(async () => value);
  t.is((await lookUp('acme', 20)).value, 'old');
  value = 'new';
  mock.timers.setTime(1_800_000_000_000 - 8 * 3_600_000);
  // The age is what is waited for.
  await sleep(25);
  t.is((await lookUp('acme', 20)).value, 'new');
});
