import test, { type ExecutionContext } from 'ava';
import { until } from '#test/support/until.ts';
import { startAdaptiveConcurrency } from '#workers/process/adaptive-concurrency.ts';

/** A worker's governor that judges each millisecond, and the load it sees. */
function withGovernor(t: ExecutionContext, { most = 400, busy = 0.1 } = {}) {
  const load = { busy };
  const governor = startAdaptiveConcurrency({ most, utilization: () => load.busy, everyMs: 1 });
  t.teardown(governor.close);
  const hold = (jobs: number, logins = 1) => {
    for (let job = 0; job < jobs; job += 1) governor.take(logins);
  };
  const heard: number[] = [];
  governor.onChange((concurrency) => heard.push(concurrency));
  return { governor, load, hold, heard };
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

test('logins that are done are not in hand any more', async (t) => {
  const { governor, load, hold, heard } = withGovernor(t, { busy: 0.9 });
  hold(400);
  governor.leave(400);
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
  for (let n = 0; n < 64; n += 1) governor.take(1);
  await until(() => governor.current === 64);
  t.pass();
});

test('logins are counted, not jobs: a worker with one job of many may be full, and takes as many more as last ones had', (t) => {
  const { governor, hold } = withGovernor(t, { most: 32, busy: 0.9 });
  t.is(governor.room(), 32);
  hold(20, 8);
  governor.leave(160);
  // Jobs of eight came for a while: five fit, and not 32.
  t.true(governor.room() >= 4 && governor.room() <= 5, String(governor.room()));
  hold(1, 32);
  t.is(governor.room(), 0);
  governor.leave(8);
  t.is(governor.room(), 1);
});
