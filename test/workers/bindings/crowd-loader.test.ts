import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { eachTurn } from '#connections/gathering.ts';
import { until } from '#test/support/until.ts';
import { createCrowdLoader } from '#workers/bindings/crowd-loader.ts';

/** Longer than any machine stands still, or a test lasts. */
const hour = 3_600_000;

function watchedLoader(pauseMs: number) {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const loader = createCrowdLoader<number, number>(
    async (batch) => {
      batches.push([...batch]);
      await new Promise<void>((resolve) => ends.push(resolve));
      return [...batch];
    },
    eachTurn,
    pauseMs,
  );
  return { loader, batches, ends };
}

test('all that came while a batch was on its way is the next one', async (t) => {
  const { loader, batches, ends } = watchedLoader(0);
  const first = loader.load(1);
  await until(() => batches.length === 1);
  const later = [loader.load(2)];
  await setImmediate();
  later.push(loader.load(3));
  ends[0]?.();
  await first;
  await until(() => batches.length === 2);
  ends[1]?.();
  await Promise.all(later);
  t.deepEqual(batches, [[1], [2, 3]]);
});

test('after a batch of a crowd the next one waits for others', async (t) => {
  const { loader, batches, ends } = watchedLoader(2_000);
  const crowd = Promise.all([1, 2, 3, 4].map((n) => loader.load(n)));
  await until(() => batches.length === 1);
  ends[0]?.();
  await crowd;
  const later = [loader.load(5)];
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  later.push(loader.load(6));
  await until(() => batches.length === 2);
  ends[1]?.();
  await Promise.all(later);
  t.deepEqual(batches, [
    [1, 2, 3, 4],
    [5, 6],
  ]);
});

test('after a few logins, and after a lone one, nobody waits', async (t) => {
  const { loader, batches, ends } = watchedLoader(hour);
  for (const batch of [[1, 2, 3], [4], [5]]) {
    const done = Promise.all(batch.map((n) => loader.load(n)));
    await until(() => batches.at(-1)?.[0] === batch[0]);
    ends.at(-1)?.();
    await done;
  }
  t.deepEqual(batches, [[1, 2, 3], [4], [5]]);
});

test('a batch that fails holds up nobody', async (t) => {
  let calls = 0;
  const loader = createCrowdLoader<number, number>(
    async (batch) => {
      calls += 1;
      if (calls === 1) throw new Error('MongoDB is away');
      return [...batch];
    },
    eachTurn,
    hour,
  );
  await t.throwsAsync(loader.load(1), { message: 'MongoDB is away' });
  t.is(await loader.load(2), 2);
});
