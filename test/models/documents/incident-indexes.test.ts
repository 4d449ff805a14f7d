import test, { type ExecutionContext } from 'ava';
import { createBindingModel } from '#models/documents/binding.ts';
import { ensureIndexes } from '#models/documents/ensure-indexes.ts';
import { createIncidentModel, type IncidentDocument } from '#models/documents/incident.ts';
import { openTwice } from '#models/documents/incident-indexes.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

// MongoDB removes what is older than the days that they are kept.
const begun = Date.now();
const incident = (_id: string, key: string, lastMs: number): IncidentDocument => ({
  _id,
  key,
  condition: 'codes-die',
  entIds: [],
  cause: 'expired',
  since: new Date(begun),
  last: new Date(begun + lastMs),
  people: 1,
  toldPeople: 1,
});

/** As a release before, which had no unique index, may have left them. */
async function withDoubles(t: ExecutionContext) {
  const { mongo } = await withMonitoredMongo(t);
  const incidents = createIncidentModel(mongo);
  await incidents.collection.insertMany([
    incident('a-old', 'a', 0),
    incident('a-goes-on', 'a', 9),
    incident('a-other', 'a', 5),
    incident('b', 'b', 0),
    { ...incident('a-over', 'a', 99), until: new Date(begun) },
  ] as never[]);
  const open = async () =>
    (await incidents.find({ until: null }).sort({ _id: 1 }).lean()).map(({ _id }) => _id);
  const names = async () => (await incidents.collection.indexes()).map(({ name }) => name);
  return { mongo, incidents, open, names };
}

test('an incident that a release before opened twice is open once when its index is made, by however many processes', async (t) => {
  const { mongo, incidents, open, names } = await withDoubles(t);
  t.deepEqual(
    (await openTwice(mongo)).map(({ key, ids }) => [key, ...ids]),
    [['a', 'a-goes-on', 'a-other', 'a-old']],
  );
  const told: unknown[] = [];
  await Promise.all(Array.from({ length: 4 }, () => ensureIndexes(mongo, (error) => told.push(error))));
  t.deepEqual(told, []);
  t.true((await names()).includes('open_of_key'));
  t.deepEqual(await open(), ['a-goes-on', 'b']);
  t.deepEqual(await openTwice(mongo), []);
  const { until } = (await incidents.findById('a-old').lean()) ?? {};
  t.true(until instanceof Date);
});

test('where doubles come as fast as they are ended, the process goes on without the index and says so', async (t) => {
  const { mongo, incidents, names } = await withDoubles(t);
  createBindingModel(mongo);
  const { createIndexes } = incidents;
  let tries = 0;
  incidents.createIndexes = async (...args) => {
    tries += 1;
    await incidents.collection.insertOne(incident(`late-${tries}`, 'b', 0) as never);
    return createIndexes.apply(incidents, args);
  };
  const told: { code?: number }[] = [];
  await ensureIndexes(mongo, (error) => told.push(error as { code?: number }));
  t.deepEqual(
    told.map(({ code }) => code),
    [11_000],
  );
  t.true(tries > 1, 'it was tried again');
  t.false((await names()).includes('open_of_key'));
  t.true((await names()).includes('until_1_since_-1'), 'the others are there');
  incidents.createIndexes = createIndexes;
  await ensureIndexes(mongo, (error) => told.push(error as { code?: number }));
  t.true((await names()).includes('open_of_key'), 'the next start makes it');
});

test('doubles of what must be there once keep a process from starting', async (t) => {
  const { mongo } = await withMonitoredMongo(t);
  const bindings = createBindingModel(mongo);
  bindings.createIndexes = () => Promise.reject(Object.assign(new Error('E11000'), { code: 11_000 }));
  await t.throwsAsync(
    ensureIndexes(mongo, () => t.fail()),
    { message: 'E11000' },
  );
});
