import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { capturedLog } from '#test/support/captured-log.ts';
import { startWatchdog } from '#workers/process/watchdog.ts';

mock.timers.enable({ apis: ['setInterval'] });

/** A queue with these counts, and a watchdog that looks at it each five seconds of the test's clock. */
function withWatchdog(
  t: ExecutionContext,
  counts: { wait?: number; prioritized?: number } | Error | 'never',
  { isPaused = false } = {},
) {
  const clock = { ms: 0, answerMs: 0 };
  const redis = { isFull: false };
  const { log, lines } = capturedLog();
  const ends: [string, object][] = [];
  let looks = 0;
  const dog = startWatchdog({
    queue: {
      async getJobCounts() {
        looks += 1;
        if (counts === 'never') return new Promise(() => {});
        clock.ms += clock.answerMs;
        if (counts instanceof Error) throw counts;
        return counts as Record<string, number>;
      },
      isPaused: async () => isPaused,
    },
    patienceMs: 30_000,
    isRefused: () => redis.isFull,
    onStuck: (...why) => ends.push(why),
    log,
    now: () => clock.ms,
  });
  t.teardown(() => dog.close());
  async function pass(seconds: number) {
    for (let second = 0; second < seconds; second += 5) {
      clock.ms += 5_000;
      mock.timers.tick(5_000);
      await setImmediate();
    }
  }
  return { ...dog, clock, redis, pass, stuck: () => ends.length, ends, looks: () => looks, lines };
}

for (const counts of [{ wait: 3 }, { prioritized: 3 }]) {
  test.serial(
    `jobs that are ${Object.keys(counts)} for half a minute, and none taken, mean a lost worker`,
    async (t) => {
      const { pass, stuck, ends } = withWatchdog(t, counts);
      await pass(30);
      t.is(stuck(), 0);
      await pass(5);
      t.is(stuck(), 1);
      t.deepEqual(ends, [['this worker takes no jobs any more', { waiting: 3 }]]);
    },
  );
}

test.serial('an empty queue means nothing', async (t) => {
  const { pass, stuck } = withWatchdog(t, {});
  await pass(300);
  t.is(stuck(), 0);
});

test.serial('a queue that the operator paused means nothing', async (t) => {
  const { pass, stuck } = withWatchdog(t, { wait: 3 }, { isPaused: true });
  await pass(300);
  t.is(stuck(), 0);
});

test.serial('a process that was suspended for a minute is given its time again', async (t) => {
  const { pass, stuck, clock } = withWatchdog(t, { wait: 3 });
  await pass(25);
  clock.ms += 60_000;
  await pass(25);
  t.is(stuck(), 0);
  await pass(15);
  t.is(stuck(), 1);
});

test.serial('a job that is taken now and then is a sign of life', async (t) => {
  const { pass, stuck, watch } = withWatchdog(t, { wait: 3 });
  const process = watch(async (job: string) => `${job} done`);
  for (const _ of Array(5)) {
    await pass(25);
    t.is(await process('job'), 'job done');
  }
  t.is(stuck(), 0);
  await pass(35);
  t.is(stuck(), 1);
});

test.serial('a worker with jobs in hand is alive, however long they take', async (t) => {
  const { pass, stuck, watch } = withWatchdog(t, { wait: 3 });
  const { promise, reject } = Promise.withResolvers<void>();
  const running = watch(() => promise)();
  await pass(120);
  t.is(stuck(), 0);
  reject(new Error('failed'));
  await t.throwsAsync(running);
  await pass(35);
  t.is(stuck(), 1);
});

test.serial('while Redis answers slowly or not at all, nobody could take anything', async (t) => {
  const slow = withWatchdog(t, { wait: 3 });
  slow.clock.answerMs = 1_500;
  await slow.pass(120);
  t.is(slow.stuck(), 0);
  const away = withWatchdog(t, new Error('away'));
  await away.pass(120);
  t.is(away.stuck(), 0);
  t.true(away.lines.length > 0);
});

test.serial(
  'while Redis takes no writes nobody could take anything, and then has its time again',
  async (t) => {
    const { redis, pass, stuck } = withWatchdog(t, { wait: 3 });
    redis.isFull = true;
    await pass(300);
    t.is(stuck(), 0);
    redis.isFull = false;
    await pass(30);
    t.is(stuck(), 0);
    await pass(5);
    t.is(stuck(), 1);
  },
);

test.serial('looks that are not answered do not gather', async (t) => {
  const { pass, looks, stuck } = withWatchdog(t, 'never');
  await pass(300);
  t.deepEqual([looks(), stuck()], [1, 0]);
});

test.serial('a watchdog that is closed looks no more', async (t) => {
  const { pass, stuck, close } = withWatchdog(t, { wait: 3 });
  close();
  await pass(120);
  t.is(stuck(), 0);
});
