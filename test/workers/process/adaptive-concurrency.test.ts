import test, { type ExecutionContext } from 'ava';
import { until } from '#test/support/until.ts';
import { startAdaptiveConcurrency } from '#workers/process/adaptive-concurrency.ts';

/** A worker's governor that judges each millisecond, the load it sees, and jobs that last until told. */
function withGovernor(t: ExecutionContext, { most = 400, busy = 0.1 } = {}) {
  const load = { busy };
  const governor = startAdaptiveConcurrency({ most, utilization: () => load.busy, everyMs: 1 });
  t.teardown(governor.close);
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const work = governor.count(() => told);
  const hold = (count: number) => Array.from({ length: count }, () => work());
  const heard: number[] = [];
  governor.onChange((concurrency) => heard.push(concurrency));
  return { governor, load, hold, tell, heard };
}

test('a worker that has enough to do and time to spare takes more, up to what it may', async (t) => {
  const { governor, hold, heard } = withGovernor(t);
  t.deepEqual(heard, [32]);
  hold(400);
  await until(() => governor.current === 400);
  t.is(Math.max(...heard), 400);
});

test('one that has room left keeps what it has', async (t) => {
  const { governor, hold, heard } = withGovernor(t);
  hold(31);
  await until(() => heard.length > 5);
  t.is(governor.current, 32);
});

test('one whose processor is busy takes fewer, but never fewer than at first', async (t) => {
  const { governor, load, hold } = withGovernor(t);
  hold(400);
  await until(() => governor.current === 400);
  load.busy = 0.99;
  await until(() => governor.current === 32);
  load.busy = 0.9;
  t.is(governor.current, 32);
});

test('jobs that are done are not in hand any more', async (t) => {
  const { governor, load, hold, tell, heard } = withGovernor(t, { busy: 0.9 });
  const held = hold(400);
  tell();
  await Promise.all(held);
  load.busy = 0.1;
  const judged = heard.length;
  await until(() => heard.length > judged + 5);
  t.is(governor.current, 32);
});

test('an operator’s lower limit holds from the start', (t) => {
  const { heard } = withGovernor(t, { most: 5 });
  t.deepEqual(heard, [5]);
});

test('without a given measure the event loop itself is judged', async (t) => {
  const governor = startAdaptiveConcurrency({ most: 64, everyMs: 5 });
  t.teardown(governor.close);
  const work = governor.count(() => new Promise<void>(() => {}));
  for (let n = 0; n < 64; n += 1) void work();
  await until(() => governor.current === 64);
  t.pass();
});
