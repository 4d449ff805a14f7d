import test, { type ExecutionContext } from 'ava';
import { createHistoryWriter } from '#models/documents/history-writer.ts';
import { createLoginHistoryModel, type LoginHistoryDocument } from '#models/documents/login-history.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

const entry = (id: string): LoginHistoryDocument => ({
  _id: id,
  entId: 'acme',
  appid: 'wx1',
  outcome: 'ready',
  timings: { total: 12 },
  at: new Date(1_800_000_000_000),
});

async function withWriter(t: ExecutionContext) {
  const { mongo, proxy, commands } = await withMonitoredMongo(t);
  const history = createLoginHistoryModel(mongo);
  const errors: unknown[] = [];
  const writer = createHistoryWriter(history, (error) => errors.push(error));
  return {
    writer,
    history,
    proxy,
    errors,
    inserts: () => commands.filter((name) => name === 'insert').length,
  };
}

test('what was taken is written by the time it is closed', async (t) => {
  const { writer, history } = await withWriter(t);
  writer.write(entry('login:1'));
  await writer.close();
  t.deepEqual(await history.findById('login:1').lean(), entry('login:1'));
});

test('two hundred entries at once are one insert', async (t) => {
  const { writer, history, inserts } = await withWriter(t);
  for (let n = 0; n < 200; n += 1) writer.write(entry(`login:${n}`));
  await writer.close();
  t.is(inserts(), 1);
  t.is(await history.countDocuments(), 200);
});

test('a good end that comes after its code was given up as lost takes that end’s place, and not the reverse', async (t) => {
  const { writer, history, errors } = await withWriter(t);
  for (const outcome of ['reauthorize', 'ready', 'failed']) {
    const reason = outcome === 'ready' ? {} : { reason: 'expired' };
    for (const id of ['login:1', 'login:2']) writer.write({ ...entry(id), ...reason, outcome });
    await writer.close();
  }
  t.deepEqual(await history.findById('login:1').lean(), entry('login:1'));
  t.is(await history.countDocuments(), 2);
  t.deepEqual(errors, []);
});

test('a repeated entry changes nothing, keeps no other from being written, and is no error', async (t) => {
  const { writer, history, errors } = await withWriter(t);
  writer.write(entry('login:1'));
  await writer.close();
  for (const id of ['login:0', 'login:1', 'login:2']) writer.write({ ...entry(id), outcome: 'failed' });
  await writer.close();
  t.is((await history.findById('login:1').lean())?.outcome, 'ready');
  t.is(await history.countDocuments({ outcome: 'failed' }), 2);
  t.deepEqual(errors, []);
});

test('an entry that cannot be written is told, and breaks nothing', async (t) => {
  const { writer, proxy, errors } = await withWriter(t);
  proxy.cut();
  writer.write(entry('login:1'));
  await writer.close();
  t.is(errors.length, 1);
});

test('the end waits for five seconds at most, and tells what it leaves unwritten', async (t) => {
  const { writer, proxy, errors } = await withWriter(t);
  proxy.hang();
  writer.write(entry('login:1'));
  const begun = performance.now();
  await writer.close();
  t.true(performance.now() - begun < 20_000);
  t.is(errors.length, 1);
  proxy.heal();
});

test('entries are deleted after thirty days', async (t) => {
  const { history } = await withWriter(t);
  await history.createIndexes();
  const indexes = await history.collection.indexes();
  t.is(
    indexes.find(({ key }) => 'at' in key && Object.keys(key).length === 1)?.expireAfterSeconds,
    30 * 86_400,
  );
});
