import type { EventLoopUtilization } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createGathering } from '#connections/gathering.ts';
import { until } from '#test/support/until.ts';

/** A process whose clock and load are told. */
function withProcess() {
  const process = { now: 0, load: 0 };
  const utilizationSince = (): EventLoopUtilization => ({ idle: 0, active: 0, utilization: process.load });
  const gathering = createGathering({ now: () => process.now, utilizationSince });
  return {
    gathering,
    /** A tenth of a second of a process that is so busy, of so many commands, half of which carried as many as told. */
    pass(load: number, carried: readonly [number, number], commands = 60) {
      process.load = load;
      for (let n = 0; n < commands; n += 1) gathering.note(carried[n % 2] ?? 0);
      process.now += 100;
      gathering.schedule(() => {});
    },
  };
}

const isDoneThisTurn = async (schedule: (work: () => void) => void): Promise<boolean> => {
  let isDone = false;
  schedule(() => {
    isDone = true;
  });
  await setImmediate();
  if (isDone) return true;
  await until(() => isDone);
  return false;
};

test('an idle process never waits, however small its commands are', async (t) => {
  const { gathering, pass } = withProcess();
  pass(0.4, [1, 2]);
  t.false(gathering.isGathering());
  t.true(await isDoneThisTurn(gathering.schedule));
});

test('a busy process whose commands carry few waits, until they carry many', async (t) => {
  const { gathering, pass } = withProcess();
  pass(0.6, [2, 3]);
  t.is(gathering.meanBatch(), 2.5);
  t.true(gathering.isGathering());
  t.false(await isDoneThisTurn(gathering.schedule));

  // More than few: it goes on, as it would be few again without.
  pass(0.9, [10, 14]);
  t.true(gathering.isGathering());
  pass(0.9, [16, 18]);
  t.false(gathering.isGathering());
  pass(0.9, [8, 8]);
  t.false(gathering.isGathering(), 'turns bring enough by themselves');
  t.true(await isDoneThisTurn(gathering.schedule));
});

test('a process that gathers stops when its load goes, not when waiting has lightened it a little', (t) => {
  const { gathering, pass } = withProcess();
  pass(0.8, [2, 3]);
  pass(0.4, [6, 6]);
  t.true(gathering.isGathering());
  pass(0.2, [6, 6]);
  t.false(gathering.isGathering());
});

test('where nobody else would come in the time of a wait nobody waits, however busy the process is', async (t) => {
  const { gathering, pass } = withProcess();
  // One person after the other: 80 logins a second of five commands each.
  pass(0.9, [1, 1], 40);
  t.false(gathering.isGathering());
  t.true(await isDoneThisTurn(gathering.schedule));

  pass(0.9, [2, 3]);
  t.true(gathering.isGathering());
  pass(0.9, [1, 1], 40);
  t.false(gathering.isGathering());
});

test('what waits is done in its order, and together', async (t) => {
  const { gathering, pass } = withProcess();
  pass(0.8, [2, 3]);
  const done: number[] = [];
  for (const n of [1, 2, 3]) gathering.schedule(() => done.push(n));
  await until(() => done.length > 0);
  t.deepEqual(done, [1, 2, 3]);
});
