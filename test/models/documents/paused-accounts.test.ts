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
  return { accounts, watch: () => watchPausedAccounts(stack, { accounts, log: capturedLog().log }) };
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
