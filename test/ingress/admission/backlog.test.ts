import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Queue } from 'bullmq';
import { createBacklog } from '#ingress/admission/backlog.ts';
import type { CapacityEntry, CapacityReading } from '#models/account/reports.ts';
import type { LevelledPause } from '#models/documents/service-account.ts';

mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_800_000_000_000 });

/** Two shards' queues with these counts and entries, and the backlog that reads them each half second of the test's clock. */
function withBacklog(t: ExecutionContext) {
  const counts = [
    { wait: 0, prioritized: 0, delayed: 0 },
    { wait: 0, prioritized: 0, delayed: 0 },
  ];
  const told = {
    isPaused: false,
    liveWorkers: 1,
    sharingWorkers: 1,
    ended: 0,
    entries: [] as CapacityEntry[],
  };
  const ids = ['a-1'];
  const pauses = new Map<string, LevelledPause>();
  const errors: unknown[] = [];
  const paused: boolean[] = [];
  const readings: CapacityReading[] = [];
  let failure: Error | undefined;
  let reads = 0;
  const queues = counts.map((count) => ({
    async getJobCounts() {
      reads += 1;
      if (failure) throw failure;
      return count;
    },
    isPaused: async () => told.isPaused,
    // Jobs of one login each, unless a test says otherwise.
    getRanges: async () => ids,
  }));
  const backlog = createBacklog({
    queues: queues as unknown as Queue[],
    capacity: {
      read: async (shard) => ({
        now: Date.now(),
        lastSignMs: 0,
        ...told,
        entries: shard === 0 ? told.entries : [],
      }),
    },
    pauseOf: (appid) => pauses.get(appid),
    onReading: (_shard, reading) => readings.push(reading),
    onPaused: (_shard, isPaused) => paused.push(isPaused),
    onError: (error) => errors.push(error),
  });
  t.teardown(() => backlog.close());
  /** Half seconds in which so many logins of shard 0 end, or are heard to settle. */
  async function pass(times: number, { ended = 0, heard = 0 } = {}) {
    for (let n = 0; n < times; n += 1) {
      told.ended += ended;
      for (let login = 0; login < heard; login += 1) backlog.noteSettled(`00${'a'.repeat(32)}`);
      mock.timers.tick(500);
      await setImmediate();
    }
  }
  const fail = (error: Error | undefined) => {
    failure = error;
  };
  return { backlog, counts, ids, told, paused, pauses, errors, readings, pass, fail, reads: () => reads };
}
const entry = (some: Partial<CapacityEntry>): CapacityEntry => ({
  // Of shard 0 of two.
  name: 'wx1',
  state: 'open',
  cause: '',
  closedForMs: 0,
  perSecond: 10,
  waiting: 0,
  ...some,
});

test.serial('a hundred waiting jobs are no backlog worth the name', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 60, prioritized: 40 });
  await pass(1);
  t.like(backlog.of(0), { waiting: 100, waitMs: 0 });
});

test.serial('a job of many logins is as many that wait', async (t) => {
  const { backlog, counts, ids, pass } = withBacklog(t);
  ids.splice(0, 1, 'b20-a', 'b10-b');
  Object.assign(counts[0] ?? {}, { wait: 60, prioritized: 40 });
  await pass(1);
  t.is(backlog.of(0).waiting, 1_500);
  t.true(backlog.of(0).waitMs > 0);
});

test.serial('jobs that wait for a worker are counted against what the workers end', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 600, prioritized: 400 });
  await pass(40, { ended: 25 });
  const { waiting, waitMs } = backlog.of(0);
  t.is(waiting, 1_000);
  t.true(Math.abs(waitMs - 20_000) < 1_000, String(waitMs));
  t.is(backlog.of(1).waitMs, 0);
});

test.serial(
  'beside workers of release 0.1.0 alone, what is heard counts, and a delayed job waits',
  async (t) => {
    const { backlog, counts, told, pass } = withBacklog(t);
    told.liveWorkers = 0;
    Object.assign(counts[0] ?? {}, { wait: 400, delayed: 600 });
    await pass(40, { heard: 25 });
    const { waiting, waitMs } = backlog.of(0);
    t.is(waiting, 1_000);
    t.true(Math.abs(waitMs - 20_000) < 1_000, String(waitMs));
  },
);

test.serial('jobs that wait for their account are that account’s wait, and nobody else’s', async (t) => {
  const { backlog, counts, told, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { delayed: 300 });
  told.entries = [entry({ waiting: 300 })];
  await pass(1);
  t.is(backlog.of(0).waitMs, 0);
  t.like(backlog.waitOfLogin({ appid: 'wx1', entId: 'acme', client: 'c' }), {
    line: 'wx1',
    state: 'open',
    waiting: 300,
    perSecond: 10,
    waitMs: 30_000,
    isOfAccount: true,
    reason: 'busy',
  });
  t.like(backlog.waitOfLogin({ appid: 'wx5', entId: 'acme', client: 'c' }), {
    waitMs: 0,
    isOfAccount: false,
  });
});

for (const [state, reason] of [
  ['paused', 'minute-used-up'],
  ['exhausted', 'day-used-up'],
  ['unreachable', 'wechat-unreachable'],
] as const) {
  test.serial(`an account that is ${state} adds the time until it is tried again: ${reason}`, async (t) => {
    const { backlog, told, pass } = withBacklog(t);
    told.entries = [entry({ state, closedForMs: 12_000, waiting: 20 })];
    await pass(1);
    t.like(backlog.waitOf('wx1'), { state, closedForMs: 12_000, waitMs: 14_000, isOfAccount: true, reason });
  });
}

test.serial('an account’s logins end no faster than the workers can', async (t) => {
  const { backlog, told, pass } = withBacklog(t);
  told.entries = [entry({ perSecond: 750, waiting: 2_000 })];
  await pass(1);
  const { perSecond, waitMs } = backlog.waitOf('wx1');
  t.true(Math.abs(perSecond - 200) < 5 && Math.abs(waitMs - 10_000) < 250, `${perSecond} ${waitMs}`);
});

test.serial(
  'an enterprise that has a slice waits in its line, at its rate, and for its account’s state',
  async (t) => {
    const { backlog, told, pass } = withBacklog(t);
    told.entries = [
      entry({ state: 'paused', closedForMs: 5_000 }),
      entry({ name: 'wx1/acme', perSecond: 1, waiting: 30 }),
    ];
    await pass(1);
    t.like(backlog.waitOfLogin({ appid: 'wx1', entId: 'acme', client: 'c' }), {
      line: 'wx1/acme',
      state: 'paused',
      waiting: 30,
      perSecond: 1,
      waitMs: 35_000,
    });
    t.like(backlog.waitOfLogin({ appid: 'wx1', entId: 'other', client: 'c' }), {
      line: 'wx1',
      waitMs: 5_000,
    });
  },
);

test.serial('a client that has a slice of its own waits there, and nobody else does', async (t) => {
  const { backlog, told, pass } = withBacklog(t);
  told.entries = [
    entry({ name: 'wx1/acme/stranger', perSecond: 0.5, waiting: 30 }),
    // Where those stand who have none of their own: nobody is told by that.
    entry({ name: 'wx1/acme/*', perSecond: 0.5, waiting: 500 }),
  ];
  await pass(1);
  const waitOf = (client: string) => backlog.waitOfLogin({ appid: 'wx1', entId: 'acme', client });
  t.like(waitOf('stranger'), { line: 'wx1/acme/stranger', waitMs: 60_000, isOfAccount: true });
  t.like(waitOf('person'), { line: 'wx1', waitMs: 0 });
  t.like(waitOf(''), { line: 'wx1', waitMs: 0 });
});

test.serial('with no live worker to tell it, nothing of an account is true any more', async (t) => {
  const { backlog, told, pass } = withBacklog(t);
  told.entries = [entry({ state: 'paused', closedForMs: 12_000, waiting: 500 })];
  told.liveWorkers = 0;
  await pass(1);
  t.like(backlog.waitOf('wx1'), { state: 'open', waiting: 0, waitMs: 0 });
});

test.serial('every reading is told', async (t) => {
  const { readings, pass } = withBacklog(t);
  await pass(2);
  t.is(readings.length, 4);
});

test.serial('a count that cannot be read is told, and the last one stays', async (t) => {
  const { backlog, counts, errors, pass, fail } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 2_000 });
  await pass(1);
  fail(new Error('away'));
  await pass(2);
  t.is(backlog.of(0).waiting, 2_000);
  t.is(errors.length, 4);
  fail(undefined);
  Object.assign(counts[0] ?? {}, { wait: 0 });
  await pass(1);
  t.is(backlog.of(0).waitMs, 0);
});

test.serial('queues are counted twice a second, not by those who ask', async (t) => {
  const { backlog, pass, reads } = withBacklog(t);
  for (let n = 0; n < 1_000; n += 1) backlog.waitOf('wx1');
  t.is(reads(), 0);
  await pass(2);
  t.is(reads(), 4);
});

test.serial('a shard this process does not have disturbs nobody', (t) => {
  const { backlog } = withBacklog(t);
  t.notThrows(() => backlog.noteSettled(`ff${'a'.repeat(32)}`));
  t.like(backlog.of(99), { waiting: 0, waitMs: 0 });
});

test.serial('a backlog that is closed is read no more', async (t) => {
  const { backlog, pass, reads } = withBacklog(t);
  backlog.close();
  await pass(10);
  t.is(reads(), 0);
});

test.serial('a queue that is paused on the dashboard is why people wait, until it goes on', async (t) => {
  const { backlog, told, paused, pass } = withBacklog(t);
  await pass(1);
  t.is(backlog.whyWaits('wx1'), undefined);
  told.isPaused = true;
  await pass(2);
  t.like(backlog.waitOf('wx1'), { isPaused: true, reason: 'paused-by-operator' });
  t.is(backlog.whyWaits('wx1'), 'paused-by-operator');
  told.isPaused = false;
  await pass(1);
  t.like(backlog.waitOf('wx1'), { isPaused: false, reason: 'busy' });
  t.deepEqual(paused, [true, true, false, false], 'of two shards, at each change');
});

test.serial(
  'an operator who closes the door holds who comes, and says why; who is under way waits for nothing',
  async (t) => {
    const { backlog, pauses, pass } = withBacklog(t);
    await pass(1);
    const pause = { by: 'root', at: new Date() };
    pauses.set('wx1', { ...pause, level: 'door', sentence: 'Until four.' });
    t.like(backlog.waitOf('wx1'), { isPaused: true, reason: 'paused-by-operator', sentence: 'Until four.' });
    t.is(backlog.whyWaits('wx1'), undefined);
    pauses.set('wx1', { ...pause, level: 'calls' });
    t.like(backlog.waitOf('wx1'), { isPaused: true, sentence: undefined });
    t.is(backlog.whyWaits('wx1'), 'paused-by-operator');
    t.like(backlog.waitOf('wx3'), { isPaused: false, reason: 'busy' });
  },
);

test.serial('what an account is closed for is why its logins wait; being busy is no reason', async (t) => {
  const { backlog, told, pass } = withBacklog(t);
  told.entries = [entry({ state: 'unreachable' }), entry({ name: 'wx3', waiting: 5_000 })];
  await pass(1);
  t.is(backlog.whyWaits('wx1'), 'wechat-unreachable');
  t.is(backlog.whyWaits('wx3'), undefined);
});
