import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Queue } from 'bullmq';
import { createBacklog } from '#ingress/backlog.ts';

mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_800_000_000_000 });

/** Two shards' queues with these counts, and the backlog that reads them each half second of the test's clock. */
function withBacklog(t: ExecutionContext) {
  const counts = [
    { wait: 0, prioritized: 0 },
    { wait: 0, prioritized: 0 },
  ];
  const errors: unknown[] = [];
  let failure: Error | undefined;
  let reads = 0;
  const queues = counts.map((count) => ({
    async getJobCounts() {
      reads += 1;
      if (failure) throw failure;
      return count;
    },
  }));
  const backlog = createBacklog({
    queues: queues as unknown as Queue[],
    onError: (error) => errors.push(error),
  });
  t.teardown(() => backlog.close());
  /** Half seconds in which so many logins of shard 0 settle each. */
  async function pass(times: number, settled = 0) {
    for (let n = 0; n < times; n += 1) {
      for (let login = 0; login < settled; login += 1) backlog.noteSettled(`00${'a'.repeat(32)}`);
      mock.timers.tick(500);
      await setImmediate();
    }
  }
  const fail = (error: Error | undefined) => {
    failure = error;
  };
  return { backlog, counts, errors, pass, fail, reads: () => reads };
}

test.serial('a hundred waiting jobs are no backlog worth the name', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 60, prioritized: 40 });
  await pass(1);
  t.like(backlog.of(0), { waiting: 100, waitMs: 0 });
});

test.serial('until a fleet has shown what it can do, it is trusted with 200 logins a second', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 1_000, prioritized: 1_000 });
  await pass(1);
  const { waiting, waitMs, perSecond } = backlog.of(0);
  t.is(waiting, 2_000);
  t.true(Math.abs(perSecond - 200) < 1 && Math.abs(waitMs - 10_000) < 50);
  t.is(backlog.of(1).waitMs, 0);
});

test.serial('a backlog that lasts shows the true rate', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 1_000 });
  await pass(40, 25);
  const { waitMs, perSecond } = backlog.of(0);
  t.true(Math.abs(perSecond - 50) < 1, String(perSecond));
  t.true(Math.abs(waitMs - 20_000) < 500, String(waitMs));
});

test.serial('the best rate of late is trusted until the next backlog has proven its own', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  await pass(40, 400);
  Object.assign(counts[0] ?? {}, { wait: 8_000 });
  await pass(1);
  t.true(backlog.of(0).perSecond > 700, String(backlog.of(0).perSecond));
});

test.serial('a fleet that settles nothing has a wait all the same, not an endless one', async (t) => {
  const { backlog, counts, pass } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 500 });
  await pass(100);
  t.is(backlog.of(0).perSecond, 1);
  t.is(backlog.of(0).waitMs, 500_000);
});

test.serial('a count that cannot be read is told, and the last one stays', async (t) => {
  const { backlog, counts, errors, pass, fail } = withBacklog(t);
  Object.assign(counts[0] ?? {}, { wait: 2_000 });
  await pass(1);
  fail(new Error('away'));
  await pass(2);
  t.is(backlog.of(0).waiting, 2_000);
  t.is(errors.length, 2);
  fail(undefined);
  Object.assign(counts[0] ?? {}, { wait: 0 });
  await pass(1);
  t.is(backlog.of(0).waitMs, 0);
});

test.serial('queues are counted twice a second, not by those who ask', async (t) => {
  const { backlog, pass, reads } = withBacklog(t);
  for (let n = 0; n < 1_000; n += 1) backlog.of(0);
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
