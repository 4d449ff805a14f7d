import { access } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import mongoose from 'mongoose';
import { startMongo } from '#dev-stores/start-mongo.ts';
import { until } from '#test/support/until.ts';
import { isAlive } from './is-alive.ts';

async function withOwnMongo(t: ExecutionContext, options = {}) {
  const store = await startMongo({ setParameters: { enableTestCommands: 1 }, ...options });
  t.teardown(store.close);
  const client = new mongoose.mongo.MongoClient(store.url, { serverSelectionTimeoutMS: 20_000 });
  t.teardown(() => client.close());
  return { store, client };
}

test('a single member carries transactions, takes failCommand, survives kill -9 and leaves nothing', async (t) => {
  const { store, client } = await withOwnMongo(t);
  const logins = client.db('a').collection('logins');
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await logins.insertOne({ login: 'kept' }, { session });
    }),
  );
  t.is(await logins.countDocuments(), 1);

  const data = { failCommands: ['find'], errorCode: 1 };
  await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
  await t.throwsAsync(logins.findOne());

  const [member] = store.members;
  const { pid, folder } = member ?? { pid: undefined, folder: '' };
  await store.crash();
  t.false(isAlive(pid));
  await store.restart();
  t.is(await logins.countDocuments(), 1);

  const newPid = store.members[0]?.pid;
  await store.close();
  t.false(isAlive(newPid));
  await t.throwsAsync(access(folder), { code: 'ENOENT' });
});

test('three members elect another primary when the first steps down, and when it crashes', async (t) => {
  const { store, client } = await withOwnMongo(t, { members: 3 });
  // The driver does not repeat a command by itself when the member it went to has just gone.
  const hello = () => client.db('admin').command({ hello: 1 });
  const primaryOf = () => until(async () => (await hello().catch(() => undefined))?.['primary'] as string);
  const logins = client.db('a').collection('logins', { writeConcern: { w: 'majority' } });
  const insert = (login: string) => until(() => logins.insertOne({ login }).catch(() => undefined));
  await insert('before');

  const first = await primaryOf();
  await store.stepDown();
  await insert('between');
  const second = await primaryOf();
  t.not(second, first);

  await store.members.find(({ port }) => second.endsWith(`:${port}`))?.crash();
  await insert('after');
  t.is((await logins.distinct('login')).length, 3);
});
