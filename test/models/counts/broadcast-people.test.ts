import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { createMinutes } from '#models/counts/minutes.ts';
import { createTally } from '#models/counts/tally.ts';
import { withRedis } from '#test/support/with-redis.ts';

const acme = { entId: 'acme', appid: 'wx1' };
const minuteMs = 60_000;

function withPeople(t: ExecutionContext) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const minutes = createMinutes({ redis, prefix, minuteMs });
  async function letIn(digests: readonly string[], whose = acme): Promise<void> {
    const { notePerson, take } = createTally();
    for (const digest of digests) notePerson(whose, digest);
    for (const sending of take()) await minutes.add(sending);
  }
  const keys = (name: string) => redis.keys(`{${prefix}:ops}:m:${name}:*`);
  return { redis, minutes, letIn, keys, people: minutes.broadcastPeople };
}

const broadcast = () => ({ id: randomUUID(), ...acme });

test('a person who logs in twice counts once, two of one enterprise count two, and those of another do not', async (t) => {
  const { people, letIn } = withPeople(t);
  const running = broadcast();
  await people.begin(running, Date.now());
  await letIn(['ann']);
  await letIn(['ann']);
  t.deepEqual(await people.count(running.id), { people: 1, named: 2 });
  await letIn(['bob', 'ann']);
  await letIn(['eve'], { entId: 'other', appid: 'wx1' });
  await letIn(['eve'], { entId: 'acme', appid: 'wx2' });
  t.deepEqual(await people.count(running.id), { people: 2, named: 4 });
});

test('what is sent twice names nobody twice', async (t) => {
  const { minutes, people } = withPeople(t);
  const running = broadcast();
  await people.begin(running, Date.now());
  const { notePerson, take } = createTally();
  notePerson(acme, 'ann');
  const [sending] = take();
  if (sending === undefined) return t.fail('nothing to send');
  await minutes.add(sending);
  await minutes.add(sending);
  t.deepEqual(await people.count(running.id), { people: 1, named: 1 });
});

test('thousands are counted within 2 %, and exactly where each came once', async (t) => {
  const { people, letIn } = withPeople(t);
  const [once, twice] = [broadcast(), broadcast()];
  const crowd = Array.from({ length: 5_000 }, (_, n) => `person-${n}`);
  await people.begin(once, Date.now());
  await letIn(crowd);
  t.deepEqual(await people.count(once.id), { people: 5_000, named: 5_000 });
  await people.begin(twice, Date.now());
  await letIn([...crowd, ...crowd]);
  const { people: seen, named } = await people.count(twice.id);
  t.is(named, 10_000);
  t.true(Math.abs(seen - 5_000) <= 100, `${seen}`);
});

test('of an enterprise without a broadcast, before it begins and after it ends, nothing is kept', async (t) => {
  const { people, letIn, keys } = withPeople(t);
  const kept = async () => (await keys('people')).length;
  await letIn(['ann']);
  const [later, over, running] = [broadcast(), broadcast(), broadcast()];
  await people.begin(later, Date.now() + 60 * minuteMs);
  await people.begin(over, Date.now() - 3 * minuteMs);
  await people.end(over, Date.now() - 2 * minuteMs);
  await letIn(['ann']);
  for (const { id } of [later, over]) t.deepEqual(await people.count(id), { people: 0, named: 0 });
  t.is(await kept(), 0);
  await people.begin(running, Date.now());
  await letIn(['ann']);
  t.is(await kept(), 1);
});

test('all of it goes by itself, and no sooner than the last broadcast of an enterprise is over', async (t) => {
  const { redis, people, letIn, keys } = withPeople(t);
  const [long, short] = [broadcast(), broadcast()];
  await people.begin(long, Date.now() + 600 * minuteMs);
  await people.begin(short, Date.now());
  await letIn(['ann']);
  const [marked = ''] = await keys('running');
  t.true((await redis.pttl(marked)) > 30 * 60 * minuteMs);
  for (const what of ['people', 'named'])
    t.true(
      (await redis.pttl(marked.replace(/running:.*/, `${what}:${short.id}`))) > 40 * 60 * minuteMs,
      what,
    );
});

test('people are handed over in parts, each with its enterprise', (t) => {
  const { notePerson, take } = createTally();
  for (let n = 0; n < 2_500; n += 1) notePerson(n < 1_000 ? acme : { ...acme, entId: 'other' }, `${n}`);
  const sizes = take().map(({ people }) =>
    [...(people ?? [])].map(([whose, { length }]) => `${whose} ${length}`),
  );
  t.deepEqual(sizes, [['acme|wx1 1000', 'other|wx1 1000'], ['other|wx1 500']]);
  t.deepEqual(take(), []);
});
