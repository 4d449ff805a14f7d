import test from 'ava';
import { withLogins } from '#test/models/login/with-logins.ts';

test('that a login’s time is over is noted once, and once more for each of its codes', async (t) => {
  const { open, record, records } = withLogins(t);
  const id = await open();
  t.deepEqual([await records.noteExpired(id, 0), await records.noteExpired(id, 0)], [true, false]);
  await record(id);
  t.deepEqual([await records.noteExpired(id, 1), await records.noteExpired(id, 1)], [true, false]);
});

test('it changes nothing of the login, and makes none', async (t) => {
  const { open, record, records, redis, prefix } = withLogins(t);
  const id = await open();
  await records.noteExpired(id, 0);
  t.like(await records.read(id), { stage: 'open', status: 'pending' });
  t.is((await record(id)).verb, 'recorded');
  t.false(await records.noteExpired(`00${'0'.repeat(32)}`, 0));
  t.deepEqual(await redis.keys(`*${prefix}*${'0'.repeat(32)}`), []);
});
