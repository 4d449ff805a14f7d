import test from 'ava';
import { withLogins } from '#test/models/login/with-logins.ts';

test('a login’s record tells which job its last code shares with others', async (t) => {
  const { records, recorded, record } = withLogins(t);
  const id = await recorded();
  t.is((await records.read(id))?.job, undefined);
  await records.noteJob(id, 1, 'b2-aa');
  t.is((await records.read(id))?.job, 'b2-aa');
  await record(id, 'second');
  await records.noteJob(id, 1, 'b2-late');
  t.is((await records.read(id))?.job, 'b2-aa');
  await records.noteJob(id, 2, 'b2-bb');
  t.is((await records.read(id))?.job, 'b2-bb');
});

test('a login that is gone is not made by it', async (t) => {
  const { records, fieldsOf } = withLogins(t);
  const id = `00${'a'.repeat(32)}`;
  await records.noteJob(id, 1, 'b2-aa');
  t.deepEqual(await fieldsOf(id), {});
});
