import test from 'ava';
import { newLogin, withLogins } from '#test/models/login/with-logins.ts';

const { browser, scope } = newLogin;

test('a person’s no ends an open login', async (t) => {
  const { open, records } = withLogins(t);
  const id = await open();
  t.like(await records.refuse(id, browser), {
    isRefused: true,
    entId: 'acme',
    target: '/chat/7',
    lang: 'en',
  });
  t.like(await records.read(id), { stage: 'settled', status: 'failed', reason: 'refused' });
});

test('a no to the second question ends the login too', async (t) => {
  const { recorded, records, ledger } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  await ledger.settle(id, 'claim', { status: 'reauthorize', scope });
  t.true((await records.refuse(id, browser))?.isRefused);
  t.like(await records.read(id), { status: 'failed', reason: 'refused' });
});

test('another browser’s no counts for nothing', async (t) => {
  const { open, records } = withLogins(t);
  const id = await open();
  t.is(await records.refuse(id, 'another browser'), undefined);
  t.is((await records.read(id))?.status, 'pending');
});

test('a no that comes after the code counts for nothing', async (t) => {
  const { recorded, finished, records } = withLogins(t);
  const pending = await recorded();
  const { id: ready } = await finished('ready');
  t.false((await records.refuse(pending, browser))?.isRefused);
  t.false((await records.refuse(ready, browser))?.isRefused);
  t.is((await records.read(pending))?.status, 'pending');
  t.is((await records.read(ready))?.status, 'ready');
});

test('a no to a login that does not exist makes none', async (t) => {
  const { records, redis, prefix } = withLogins(t);
  t.is(await records.refuse(`00${'0'.repeat(32)}`, browser), undefined);
  t.deepEqual(await redis.keys(`*${prefix}*`), []);
});
