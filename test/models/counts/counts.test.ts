import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { createHourKeeper } from '#models/counts/hour-keeper.ts';
import { addToHour, createLoginHourModel, partMs } from '#models/counts/hours.ts';
import { createMinutes, fieldOf } from '#models/counts/minutes.ts';
import { durationOf, durationStep, networkStep } from '#models/counts/steps.ts';
import { createHourSums } from '#models/counts/sum-hours.ts';
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
  const all = await hours.find().lean();
  t.deepEqual(all.map(({ entId }) => entId).toSorted(), ['acme', 'other']);
  const acmes = all.find(({ entId }) => entId === 'acme');
  t.deepEqual(acmes?.parts, { 0: { back: 2, 'e:token:-1': 1 }, 2: { back: 2, 'e:token:-1': 1 } });
});

test('MongoDB sums hours by time and by place, whatever number of enterprises there is', async (t) => {
  const { mongo } = await withMonitoredMongo(t);
  const hours = createLoginHourModel(mongo);
  const hour = Date.parse('2026-01-02T03:00:00Z');
  const many = Array.from({ length: 300 }, (_, n) => [fieldOf(`e${n}`, 'wx1', 'back'), 1] as const);
  const counts = new Map([
    ...many,
    [fieldOf('acme', 'wx2', 'failed:misconfigured'), 5],
    [fieldOf('acme', 'wx2', 'failed:refused'), 50],
    [fieldOf('acme', 'wx2', 'd:total:28'), 2],
    [fieldOf('acme', 'wx2', 'd:token:28'), 2],
    [fieldOf('beta', 'wx2', 'again:invalid'), 6],
    [fieldOf('beta', 'wx2', 'again:profile'), 60],
  ]);
  await addToHour(hours, counts, hour + 1_000);
  await addToHour(hours, new Map([[fieldOf('acme', 'wx2', 'back'), 2]]), hour + 25 * 60_000);
  await addToHour(hours, new Map([[fieldOf('acme', 'wx2', 'back'), 1_000]]), hour - 3 * 3_600_000);
  const sums = createHourSums(hours);
  const range = { since: hour };
  const byTime = await sums.byTime(range, 600_000);
  t.deepEqual(
    byTime.filter(({ step }) => step === 'back').toSorted((a, b) => a.from - b.from),
    [
      { from: hour, step: 'back', n: 300 },
      { from: hour + 20 * 60_000, step: 'back', n: 2 },
    ],
  );
  const failure = /^failed:(?!refused$)|^again:(?!profile$)/;
  const worst = await sums.byPlace(range, { by: 'entId', failure, most: 3 });
  t.deepEqual(
    worst.map(({ id }) => id),
    ['beta', 'acme', 'e0'],
  );
  const ofAcme = worst[1]?.rows.map(({ step, n }) => `${step} ${n}`).toSorted();
  t.deepEqual(ofAcme, ['back 2', 'd:total:28 2', 'failed:misconfigured 5', 'failed:refused 50']);
  const ofAccount = await sums.byPlace({ ...range, entId: 'beta' }, { by: 'appid', failure, most: 3 });
  t.deepEqual(
    ofAccount.map(({ id, rows }) => [id, rows.length]),
    [['wx2', 2]],
  );
});

test('what MongoDB did not take is sent again with its own ten minutes, and what is too much goes, the oldest first', async (t) => {
  const sent: [number, string[]][] = [];
  let answer: (counts: ReadonlyMap<string, number>) => ReadonlyMap<string, number> = () => {
    throw new Error('away');
  };
  const keeper = createHourKeeper(
    async (counts, at) => {
      sent.push([at, [...counts].map(([field, n]) => `${field} ${n}`)]);
      return answer(counts);
    },
    { most: 3 },
  );
  const minute = 60_000;
  keeper.add(new Map([['e|a|back', 1]]), 11 * minute);
  await t.throwsAsync(keeper.flush(), { message: 'away' });
  keeper.add(
    new Map([
      ['e|a|back', 2],
      ['|a|net:7', 9],
    ]),
    12 * minute,
  );
  keeper.add(new Map([['e|a|sent', 4]]), 21 * minute);
  sent.length = 0;
  answer = (counts) => new Map([...counts].filter(([field]) => field.endsWith('sent')));
  await keeper.flush();
  t.deepEqual(sent, [
    [10 * minute, ['e|a|back 3']],
    [20 * minute, ['e|a|sent 4']],
  ]);
  t.is(keeper.size(), 1, 'MongoDB took the other one');
  keeper.add(
    new Map([
      ['e|a|x', 1],
      ['e|a|y', 1],
      ['e|a|z', 1],
    ]),
    31 * minute,
  );
  sent.length = 0;
  await keeper.flush();
  t.deepEqual(
    sent.map(([at]) => at),
    [30 * minute],
  );
});

test('networks are told apart by a name that nobody outside can aim at, the same in every process', (t) => {
  t.is(networkStep('Axyz'), 'net:0');
  t.is(networkStep('gxyz'), 'net:0');
  t.is(networkStep('_xyz'), 'net:31');
  t.is(networkStep(''), undefined);
});

test('the step of a duration is within a tenth of it', (t) => {
  for (const ms of [1, 7, 80, 333, 5_000, 299_000]) {
    const told = durationOf(Number(durationStep('total', ms).split(':')[2]));
    t.true(Math.abs(told / ms - 1) < 0.1, `${ms} ms is told as ${told}`);
  }
});

test('a part of the hours that is given up while others are written is given up once', async (t) => {
  const written = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const parts: number[] = [];
  const keeper = createHourKeeper(
    async (_, at) => {
      parts.push(at);
      begun.resolve();
      await written.promise;
      return new Map();
    },
    { most: 3 },
  );
  const counts = (...steps: string[]) => new Map(steps.map((step) => [fieldOf('acme', 'wx1', step), 1]));
  keeper.add(counts('sent'), 0);
  keeper.add(counts('sent', 'back'), partMs);
  const flushed = keeper.flush();
  await begun.promise;
  // The second part goes to make room, while the first one is being written.
  keeper.add(counts('sent', 'back', 'queued'), 2 * partMs);
  t.is(keeper.size(), 3);
  written.resolve();
  await flushed;
  t.is(keeper.size(), 3, 'the third part waits for the next time');
  t.deepEqual(parts, [0, partMs], 'what is at hand is written all the same');
  await keeper.flush();
  t.is(keeper.size(), 0);
});
