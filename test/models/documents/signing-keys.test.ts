import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { createSigningKeyModel } from '#models/documents/signing-key.ts';
import { createSigningKeys } from '#models/documents/signing-keys.ts';
import { createSealer } from '#models/sealing.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';
import { until } from '#test/support/until.ts';

const dayMs = 86_400_000;
const seconds = 1_000;

/** Processes that share a database and a clock. */
async function withKeys(t: ExecutionContext) {
  const { mongo } = await withMonitoredMongo(t);
  const signingKeys = createSigningKeyModel(mongo);
  await signingKeys.createIndexes();
  const clock = { now: 1_800_000_000_000 };
  const key = { kid: 'k', key: randomBytes(32) };
  const unopenable: (readonly string[])[] = [];
  const process = (sealingKey = key) =>
    createSigningKeys({
      signingKeys,
      sealer: createSealer([sealingKey]),
      onUnopenable: (kids) => unopenable.push(kids),
      now: () => clock.now,
    });
  return { process, signingKeys, clock, unopenable };
}

type Keys = ReturnType<typeof createSigningKeys>;
const kidsOf = async (keys: Keys, alg: string) =>
  (await keys.list()).filter((jwk) => jwk.alg === alg).map(({ kid }) => kid);
/** Until there are so many: a look that took too long is made again. */
const untilThere = (keys: Keys, alg: string, count: number) =>
  until(async () => {
    const kids = await kidsOf(keys, alg);
    return kids.length === count && kids;
  });

test('processes that come first at the same moment make one pair of each algorithm', async (t) => {
  const { process, signingKeys } = await withKeys(t);
  const processes = Array.from({ length: 6 }, () => process());
  const lists = await Promise.all(processes.map((keys) => until(() => keys.list().catch(() => undefined))));
  t.deepEqual(lists[0]?.map(({ alg }) => alg).toSorted(), ['ES256', 'RS256']);
  for (const list of lists) t.deepEqual(list, lists[0]);
  t.is(await signingKeys.countDocuments(), 2);
});

test('where another process has made the pair of one algorithm only, the other is made before keys are told', async (t) => {
  const { process, signingKeys } = await withKeys(t);
  const both = await process().list();
  await signingKeys.deleteOne({ alg: 'RS256' });
  const algs = (await process().list()).map(({ alg }) => alg);
  t.deepEqual(algs.toSorted(), both.map(({ alg }) => alg).toSorted());
});

test('a private key is sealed at rest', async (t) => {
  const { process, signingKeys } = await withKeys(t);
  const [jwk] = (await process().list()) as readonly { d?: string }[];
  t.truthy(jwk?.d);
  t.false(JSON.stringify(await signingKeys.find().lean()).includes(jwk?.d ?? ''));
});

test('a new key is published before it signs, and the old one after it signed last', async (t) => {
  const { process, clock } = await withKeys(t);
  const [one, other] = [process(), process()];
  const [first = ''] = await kidsOf(one, 'RS256');
  t.deepEqual(await kidsOf(other, 'RS256'), [first]);

  const known = await one.rotate(60);
  t.deepEqual(
    known.filter(({ alg }) => alg === 'RS256').map(({ state }) => state),
    ['next', 'current'],
  );
  clock.now += 5 * seconds;
  const [signs, next = ''] = await untilThere(other, 'RS256', 2);
  t.is(signs, first);
  t.not(next, first);

  clock.now += 55 * seconds;
  t.deepEqual(await kidsOf(other, 'RS256'), [next, first]);
  t.deepEqual(await kidsOf(one, 'RS256'), [next, first]);
  clock.now += dayMs - seconds;
  t.deepEqual(await kidsOf(other, 'RS256'), [next, first]);
  clock.now += 5 * seconds;
  t.deepEqual(await untilThere(other, 'RS256', 1), [next]);
  await one.removeRetired();
  t.deepEqual(await kidsOf(process(), 'RS256'), [next]);
});

test('rotated twice before the new key signs there is one new key, and it signs as soon as the earlier one says', async (t) => {
  const { process, signingKeys, clock } = await withKeys(t);
  const keys = process();
  await keys.list();
  await keys.rotate(86_400);
  await Promise.all([keys.rotate(10), process().rotate(600)]);
  t.is(await signingKeys.countDocuments(), 4);
  const next = await signingKeys.findById('ES256:2').lean();
  t.is(next?.usedFrom.getTime(), clock.now + 10 * seconds);
});

test('after ninety days a key is made anew by itself, by one process for all', async (t) => {
  const { process, signingKeys, clock } = await withKeys(t);
  const keys = process();
  const before = await kidsOf(keys, 'ES256');
  clock.now += 90 * dayMs + seconds;
  const processes = [keys, process(), process()];
  const lists = await Promise.all(processes.map((one) => untilThere(one, 'ES256', 2)));
  // The old one signs on while the new one becomes known.
  for (const list of lists) t.is(list[0], before[0]);
  await until(async () => (await signingKeys.countDocuments()) === 4);
});

test('a key that SECRET_KEYS does not open is left out, and told of once', async (t) => {
  const { process, unopenable } = await withKeys(t);
  await process().list();
  const stranger = process({ kid: 'other', key: randomBytes(32) });
  t.deepEqual(await stranger.list(), []);
  await stranger.list();
  t.is(unopenable.length, 1);
});
