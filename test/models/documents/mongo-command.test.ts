import test, { type ExecutionContext } from 'ava';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { findMany, insertMany, updateMany } from '#models/documents/mongo-command.ts';
import { isMongoOutage } from '#models/documents/mongo-outage.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

const entries = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    _id: `login:${n}`,
    entId: 'acme',
    appid: 'wx1',
    outcome: 'ready',
    timings: {},
    at: new Date(1_800_000_000_000),
  }));

async function withHistory(t: ExecutionContext) {
  const { mongo, commands } = await withMonitoredMongo(t);
  return { history: createLoginHistoryModel(mongo), commands };
}

test('all that fits is found with one command, which leaves no cursor open', async (t) => {
  const { history, commands } = await withHistory(t);
  t.deepEqual(await insertMany(history, entries(500)), []);
  commands.length = 0;
  t.deepEqual(await findMany(history, { entId: 'acme' }, 500), entries(500));
  // Mongoose may still be making the collection.
  t.deepEqual(
    commands.filter((name) => name !== 'create'),
    ['find'],
  );
});

test('a document that is there already is told, and keeps no other out', async (t) => {
  const { history } = await withHistory(t);
  t.deepEqual(await insertMany(history, entries(2).slice(1)), []);
  t.deepEqual(await insertMany(history, entries(3)), [1]);
  t.is(await history.countDocuments(), 3);
});

test('an update of a document that is not there is told, and keeps no other from it', async (t) => {
  const { history } = await withHistory(t);
  await insertMany(history, entries(1));
  const update = (id: string) => ({ q: { _id: id }, u: { $set: { outcome: 'bind' } } });
  t.true(await updateMany(history, [update('login:0')]));
  t.false(await updateMany(history, [update('login:0'), update('gone')]));
  t.is((await history.findById('login:0').lean())?.outcome, 'bind');
});

test('a document that does not fit is a bug, which time does not heal, and nothing of it is quoted', async (t) => {
  const { history } = await withHistory(t);
  const [fine, canary] = entries(2);
  const error = await t.throwsAsync(insertMany(history, [fine, { ...canary, _id: ['canary'] }] as never));
  t.false(isMongoOutage(error));
  t.notRegex(String(error), /canary/);
});

test('a write that too few members have may be lost: it passes, and is told until then', async (t) => {
  const { history } = await withHistory(t);
  const error = await t.throwsAsync(insertMany(history, entries(1), { w: 9, j: true }));
  t.true(isMongoOutage(error));
});
