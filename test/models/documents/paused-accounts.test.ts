import test, { type ExecutionContext } from 'ava';
import { watchPausedAccounts } from '#models/documents/paused-accounts.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';

const account = (appid: string) => ({ appid, name: 'n', sealedSecret: 's', verifyFiles: [] });
const at = new Date('2026-01-02T03:04:05.000Z');

async function withAccounts(t: ExecutionContext) {
  const { mongo } = await withMonitoredMongo(t);
  const accounts = createServiceAccountModel(mongo);
  const stack = new AsyncDisposableStack();
  t.teardown(() => stack.disposeAsync());
  const watch = (now = Date.now) => watchPausedAccounts(stack, { accounts, now, log: capturedLog().log });
  return { accounts, watch };
}

test('what was stored before there were levels stays a pause of the calls; a closed door makes no call wait', async (t) => {
  const { accounts, watch } = await withAccounts(t);
  await accounts.collection.insertMany([
    { ...account('wx-old'), pausedByOperator: { by: 'root', at, reason: 'moving' } },
    { ...account('wx-door'), doorClosedByOperator: { by: 'root', at, sentence: 'Until four.' } },
    {
      ...account('wx-both'),
      ...{ pausedByOperator: { by: 'old', at }, doorClosedByOperator: { by: 'new', at } },
    },
    account('wx-open'),
  ]);
  const paused = await watch();
  t.deepEqual(paused.find('wx-old'), { level: 'calls', by: 'root', at, reason: 'moving' });
  t.deepEqual(paused.find('wx-door'), { level: 'door', by: 'root', at, sentence: 'Until four.' });
  t.like(paused.find('wx-both'), { level: 'calls', by: 'old' });
  t.is(paused.find('wx-open'), undefined);
  t.deepEqual(
    ['wx-old', 'wx-door', 'wx-both', 'wx-open'].map((appid) => paused.takesNoCalls(appid)),
    [true, false, true, false],
  );
});

test('a pause, a change of its level and its end are heard of', async (t) => {
  const { accounts, watch } = await withAccounts(t);
  await accounts.create(account('wx1'));
  const paused = await watch();
  const hears = (level: string | undefined) => until(() => paused.find('wx1')?.level === level);
  await accounts.updateOne({ appid: 'wx1' }, { $set: { doorClosedByOperator: { by: 'root', at } } });
  await hears('door');
  t.false(paused.takesNoCalls('wx1'));
  await accounts.updateOne({ appid: 'wx1' }, { $set: { pausedByOperator: { by: 'root', at } } });
  await hears('calls');
  await accounts.updateOne({ appid: 'wx1' }, { $unset: { pausedByOperator: 1, doorClosedByOperator: 1 } });
  await hears(undefined);
  t.is(paused.list().size, 0);
});

test('a pause that has an end is over when the clock of all reaches it, and nobody writes for it', async (t) => {
  const { accounts, watch } = await withAccounts(t);
  const pause = { by: 'root', at };
  const ending = { ...pause, until: new Date(at.getTime() + 60_000) };
  await accounts.collection.insertMany([
    { ...account('wx-door'), doorClosedByOperator: ending },
    { ...account('wx-calls'), pausedByOperator: ending },
    { ...account('wx-both'), pausedByOperator: ending, doorClosedByOperator: pause },
    { ...account('wx-ever'), pausedByOperator: pause },
  ]);
  const stored = await accounts.find().lean();
  let now = at.getTime() + 59_999;
  const paused = await watch(() => now);
  const levels = () =>
    ['wx-door', 'wx-calls', 'wx-both', 'wx-ever'].map((appid) => paused.find(appid)?.level);
  t.deepEqual(levels(), ['door', 'calls', 'calls', 'calls']);
  t.deepEqual(paused.find('wx-door'), { ...ending, level: 'door' });
  t.is(paused.list().size, 4);
  now += 1;
  t.deepEqual(levels(), [undefined, undefined, 'door', 'calls']);
  t.deepEqual([paused.takesNoCalls('wx-calls'), paused.takesNoCalls('wx-ever')], [false, true]);
  t.deepEqual([...paused.list().keys()].toSorted(), ['wx-both', 'wx-ever']);
  t.deepEqual(await accounts.find().lean(), stored);
});
