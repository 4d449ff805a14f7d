import test, { type ExecutionContext } from 'ava';
import { createRedisClock } from '#connections/redis-clock.ts';
import type { CapacityReading, WorkerReport } from '#models/account/reports.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';
import { startCapacityReport } from '#workers/account/capacity-report.ts';

const reading: CapacityReading = {
  now: Date.now(),
  liveWorkers: 1,
  sharingWorkers: 1,
  lastSignMs: 0,
  ended: 0,
  entries: [],
};

const full = new Error("OOM command not allowed when used memory > 'maxmemory'.");

async function withReport(
  t: ExecutionContext,
  { shards = 1, now = () => Date.now(), failure = undefined as Error | undefined } = {},
) {
  const reports: [number, WorkerReport][] = [];
  const world = {
    failure,
    opened: [] as string[],
    entries: [] as CapacityReading['entries'],
    /** Shards that do not answer, until this is done. */
    silent: new Map<number, Promise<void>>(),
  };
  const { log, lines: logged } = capturedLog();
  const left = new Map([['wx1', ['job']]]);
  const putBack: unknown[] = [];
  const opened: string[] = [];
  const clock = createRedisClock();
  const report = await startCapacityReport({
    capacity: {
      async report(shard, told) {
        reports.push([shard, told]);
        await world.silent.get(shard);
        if (world.failure) throw world.failure;
        return { ...reading, now: now(), entries: world.entries };
      },
    },
    shards,
    callsPerSecond: 750,
    gate: {
      takeSeen: (isOurs) => new Map(isOurs('wx1') ? [['wx1', { answered: 3, isDown: false }]] : []),
    },
    closures: { hear: () => world.opened.splice(0) },
    lines: { takeLeft: () => left, putBack: (jobs) => void putBack.push(jobs) },
    clock,
    onOpened: (appid) => opened.push(appid),
    log,
  });
  t.teardown(report.close);
  return { report, reports, world, logged, putBack, opened, clock };
}

test('a worker is known before it takes a job, in every shard', async (t) => {
  const { reports } = await withReport(t, { shards: 3 });
  t.deepEqual(
    reports.map(([shard]) => shard),
    [0, 1, 2],
  );
  const [[, first], [, second]] = reports as [[number, WorkerReport], [number, WorkerReport]];
  t.is(first.worker, second.worker);
  t.regex(first.worker, /^[0-9a-f]{16}\+shared$/);
  // Its one account is told in its own shard alone.
  t.is(reports.filter(([, { accounts }]) => accounts.has('wx1')).length, 1);
});

test('each second it tells what it saw and ended since', async (t) => {
  const { report, reports } = await withReport(t);
  report.noteEnded(0);
  report.noteEnded(0);
  await until(() => reports.length >= 2);
  t.like(reports[1]?.[1], { ended: 2 });
  await until(() => reports.length >= 3);
  t.like(reports[2]?.[1], { ended: 0 });
});

test('what could not be told is told the next time', async (t) => {
  const { report, reports, world, logged, putBack } = await withReport(t);
  world.failure = full;
  report.noteEnded(0);
  await until(() => putBack.length > 0);
  world.failure = undefined;
  const before = reports.length;
  await until(() => reports.length > before);
  t.is(reports.at(-1)?.[1].ended, 1);
  t.regex(logged.join(), /capacity not reported/);
});

test('a Redis that takes no writes at the start is told by the next report; another fault ends the start', async (t) => {
  const { report, reports, world, logged } = await withReport(t, { failure: full });
  t.is(reports.length, 1);
  t.true(report.isRefused(0));
  t.regex(logged.join(), /capacity not reported/);
  world.failure = undefined;
  await until(() => !report.isRefused(0));
  t.true(reports.length >= 2);
  await t.throwsAsync(withReport(t, { failure: new Error('NOPERM no permission') }), { message: /NOPERM/ });
});

test('a shard that does not answer keeps no sign of life from the others, and hears of us when it does again', async (t) => {
  const { reports, world } = await withReport(t, { shards: 2 });
  const { promise: untilThere, resolve: isThere } = Promise.withResolvers<void>();
  world.silent.set(1, untilThere);
  const times = (shard: number) => reports.filter(([of]) => of === shard).length;
  await until(() => times(0) >= 4);
  t.is(times(1), 2);
  world.silent.clear();
  isThere();
  await until(() => times(1) >= 4);
});

test('accounts that others opened again are told here', async (t) => {
  const { world, opened } = await withReport(t);
  world.opened = ['wx1'];
  await until(() => opened.length > 0);
  t.deepEqual(opened, ['wx1']);
});

test('a clock that is ten minutes off is told once, and Redis’s is gone by', async (t) => {
  const { reports, logged, clock } = await withReport(t, { now: () => Date.now() - 600_000 });
  await until(() => reports.length >= 3);
  t.is(logged.filter((line) => /clock is not Redis/.test(line)).length, 1);
  t.true(Math.abs(Date.now() - 600_000 - clock.now()) < 5_000);
});

test('the last report is made when the worker closes', async (t) => {
  const { report, reports } = await withReport(t);
  report.noteEnded(0);
  await report.close();
  t.is(reports.at(-1)?.[1].ended, 1);
});

test('what is seen while a report is under way is told by one more when the worker closes', async (t) => {
  const { report, reports, world } = await withReport(t);
  const { promise: untilThere, resolve: isThere } = Promise.withResolvers<void>();
  world.silent.set(0, untilThere);
  await until(() => reports.length === 2);
  report.noteEnded(0);
  const closed = report.close();
  isThere();
  await closed;
  t.is(reports.length, 3);
  t.is(reports.at(-1)?.[1].ended, 1);
});

test('a shard that does not answer keeps no worker from closing, nor the others from their last report', async (t) => {
  const { report, reports, world } = await withReport(t, { shards: 2 });
  world.silent.set(1, new Promise(() => {}));
  await until(() => reports.length >= 4);
  report.noteEnded(0);
  await report.close();
  t.is(reports.findLast(([shard]) => shard === 0)?.[1].ended, 1);
});

test('accounts at work are open unless told, slices are none, and what is told of others counts', async (t) => {
  const { report, world } = await withReport(t);
  t.deepEqual([...report.states()], [['wx1', 'open']]);
  const entry = { cause: '', closedForMs: 0, perSecond: 1, waiting: 0 };
  world.entries = [
    { ...entry, name: 'wx1', state: 'paused' },
    { ...entry, name: 'wx1/acme', state: 'open' },
    { ...entry, name: 'wx2', state: 'misconfigured' },
  ];
  await until(() => report.states().size === 2);
  t.deepEqual(
    [...report.states()],
    [
      ['wx1', 'paused'],
      ['wx2', 'misconfigured'],
    ],
  );
});
