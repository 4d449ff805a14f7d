import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { addToHour, createLoginHourModel, readHours } from '#models/counts/hours.ts';
import { createMinutes, fieldOf } from '#models/counts/minutes.ts';
import { durationOf, durationStep } from '#models/counts/steps.ts';
import { createTally } from '#models/counts/tally.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';

function withMinutes(t: ExecutionContext) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  return createMinutes({ redis, prefix, minuteMs: 60_000 });
}

const acme = { entId: 'acme', appid: 'wx1' };

test('a tally adds up, in parts that Redis takes at once, and forgets what was taken', (t) => {
  const { count, take } = createTally(() => 7);
  for (let n = 0; n < 3; n += 1) count(acme, 'back');
  count(acme, 'e:token:40125');
  count(acme, 'e:token:40125');
  for (let n = 0; n < 250; n += 1) count({ entId: `e${n}`, appid: 'wx1' }, 'opened');
  const parts = take();
  t.deepEqual(
    parts.map(({ counts }) => counts.size),
    [200, 52],
  );
  t.is(parts[0]?.counts.get(fieldOf('acme', 'wx1', 'back')), 3);
  t.deepEqual([...(parts[0]?.firsts ?? [])], [[fieldOf('acme', 'wx1', 'e:token:40125'), 7]]);
  t.deepEqual(take(), []);
});

test('what is sent twice counts once, and what several processes send adds up', async (t) => {
  const minutes = withMinutes(t);
  const field = fieldOf('acme', 'wx1', 'failed:internal');
  const metAt = performance.now() - 500;
  const sending = { name: randomUUID(), counts: new Map([[field, 2]]), firsts: new Map([[field, metAt]]) };
  await minutes.add(sending);
  await minutes.add(sending);
  const later = new Map([[field, performance.now()]]);
  await minutes.add({ name: randomUUID(), counts: new Map([[field, 3]]), firsts: later });
  const now = Date.now();
  const read = await minutes.read(2, now);
  t.is(
    read.reduce((sum, { counts }) => sum + (counts.get(field) ?? 0), 0),
    5,
  );
  const first = Math.min(...read.flatMap(({ firsts }) => firsts.get(field) ?? []));
  // By Redis's clock, which is this machine's.
  t.true(first <= now - 500 && first > now - 5_000, `${now - first} ms ago`);
});

test('a minute that is over is read once', async (t) => {
  const minutes = withMinutes(t);
  const field = fieldOf('acme', 'wx1', 'back');
  await minutes.add({ name: randomUUID(), counts: new Map([[field, 1]]), firsts: new Map() });
  const later = Date.now() + 3 * 60_000;
  const sum = async () =>
    (await minutes.read(5, later)).reduce((all, { counts }) => all + (counts.get(field) ?? 0), 0);
  t.is(await sum(), 1);
  await minutes.add({ name: randomUUID(), counts: new Map([[field, 1]]), firsts: new Map() });
  t.is(await sum(), 1);
});

test('hours add up by their six parts, for each enterprise', async (t) => {
  const { mongo } = await withMonitoredMongo(t);
  const hours = createLoginHourModel(mongo);
  const hour = Date.parse('2026-01-02T03:00:00Z');
  const counts = new Map([
    [fieldOf('acme', 'wx1', 'back'), 2],
    [fieldOf('acme', 'wx1', 'e:token:-1'), 1],
    [fieldOf('other', 'wx1', 'back'), 5],
  ]);
  await addToHour(hours, counts, hour + 1_000);
  await addToHour(hours, counts, hour + 25 * 60_000);
  const all = await readHours(hours, hour);
  t.deepEqual(all.map(({ entId }) => entId).toSorted(), ['acme', 'other']);
  const acmes = all.find(({ entId }) => entId === 'acme');
  t.deepEqual(acmes?.parts, { 0: { back: 2, 'e:token:-1': 1 }, 2: { back: 2, 'e:token:-1': 1 } });
});

test('the step of a duration is within a tenth of it', (t) => {
  for (const ms of [1, 7, 80, 333, 5_000, 299_000]) {
    const told = durationOf(Number(durationStep('total', ms).split(':')[2]));
    t.true(Math.abs(told / ms - 1) < 0.1, `${ms} ms is told as ${told}`);
  }
});
