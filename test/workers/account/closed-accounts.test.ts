import test from 'ava';
import type { CapacityEntry } from '#models/account/reports.ts';
import { createAccountClosures } from '#workers/account/closed-accounts.ts';

function withClosures() {
  const clock = { ms: 0 };
  const told: unknown[][] = [];
  const world = {
    isNews: true,
    wasClosed: true,
    closedForMs: 4_000,
    failure: undefined as Error | undefined,
  };
  const closures = createAccountClosures({
    capacity: {
      async close() {
        if (world.failure) throw world.failure;
        return { isNews: world.isNews, closedForMs: world.closedForMs };
      },
      async open() {
        if (world.failure) throw world.failure;
        return world.wasClosed;
      },
    },
    onChange: (...change) => told.push(change),
    now: () => clock.ms,
  });
  return { closures, clock, told, world };
}
const entry = (name: string, state: CapacityEntry['state'], closedForMs = 3_000): CapacityEntry => ({
  name,
  state,
  closedForMs,
  cause: '',
  perSecond: 1,
  waiting: 0,
});
const ours = () => true;

test('a closed account is known until its time is over', async (t) => {
  const { closures, clock } = withClosures();
  t.is(closures.find('wx1'), undefined);
  await closures.close('wx1', 'misconfigured', 40_125);
  t.deepEqual(closures.find('wx1'), { state: 'misconfigured', forMs: 4_000 });
  t.is(closures.find('wx2'), undefined);
  clock.ms = 4_000;
  t.is(closures.find('wx1'), undefined);
});

test('a closed account’s state is known until it is heard to be open, though its time is over', async (t) => {
  const { closures, clock } = withClosures();
  closures.hear({ entries: [entry('wx1', 'exhausted')] }, ours);
  clock.ms = 60_000;
  t.is(closures.find('wx1'), undefined);
  t.is(closures.lastStateOf('wx1'), 'exhausted');
  closures.hear({ entries: [] }, ours);
  t.is(closures.lastStateOf('wx1'), undefined);
});

test('a change is told by the process that was the first to tell it, and by no other', async (t) => {
  const { closures, told, world } = withClosures();
  await closures.close('wx1', 'misconfigured', 40_125);
  world.isNews = false;
  await closures.close('wx1', 'misconfigured', 40_125);
  t.deepEqual(told.splice(0), [['wx1', 'misconfigured', 40_125]]);
  await closures.open('wx1');
  await closures.open('wx1');
  t.deepEqual(told.splice(0), [['wx1', 'open']]);
  world.wasClosed = false;
  await closures.close('wx1', 'paused', 45_011);
  await closures.open('wx1');
  t.deepEqual(told, []);
});

test('what another login is trying is asked for again within a second', (t) => {
  const { closures } = withClosures();
  closures.noteFor('wx1', 'paused', 8_000);
  t.deepEqual(closures.find('wx1'), { state: 'paused', forMs: 1_000 });
});

test('what other workers found out is known here too, and forgotten when it is over', (t) => {
  const { closures } = withClosures();
  t.deepEqual(
    closures.hear(
      { entries: [entry('wx1', 'misconfigured'), entry('wx2', 'open'), entry('wx3', 'unreachable')] },
      ours,
    ),
    [],
  );
  t.like(closures.find('wx1'), { state: 'misconfigured' });
  // WeChat may well answer this process.
  t.is(closures.find('wx3'), undefined);
  t.deepEqual(
    closures.hear({ entries: [] }, (appid) => appid !== 'wx1'),
    [],
  );
  t.deepEqual(closures.hear({ entries: [] }, ours), ['wx1']);
  t.is(closures.find('wx1'), undefined);
});

test('an account that is closed still, its time over, is not taken for open', (t) => {
  const { closures, clock } = withClosures();
  closures.hear({ entries: [entry('wx1', 'misconfigured')] }, ours);
  clock.ms = 5_000;
  t.deepEqual(closures.hear({ entries: [entry('wx1', 'misconfigured', 0)] }, ours), []);
});

test('while Redis takes no writes an account is closed here, and its login goes on', async (t) => {
  const { closures, world } = withClosures();
  world.failure = new Error('OOM command not allowed');
  await t.notThrowsAsync(closures.close('wx1', 'paused', 45_011));
  t.like(closures.find('wx1'), { state: 'paused' });
  world.failure = new Error('ERR something else');
  await t.throwsAsync(closures.close('wx2', 'paused', 45_011), { message: 'ERR something else' });
});

test('where Redis takes no writes the login in hand does not fail for what is told of its account', async (t) => {
  const { closures, world } = withClosures();
  await closures.close('wx1', 'paused', 45_011);
  world.failure = new Error('MISCONF Redis is configured to save RDB snapshots');
  await t.notThrowsAsync(closures.open('wx1'));
  await closures.close('wx1', 'paused', 45_011);
  world.failure = new TypeError('a bug');
  await t.throwsAsync(closures.open('wx1'), { instanceOf: TypeError });
});
