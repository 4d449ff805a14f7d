import { randomBytes } from 'node:crypto';
import test from 'ava';
import { words } from '#ingress/browser/pages/words.ts';
import { openidDigests } from '#models/documents/login-history.ts';
import { createSealer } from '#models/sealing.ts';
import { shared } from '#test/support/shared.ts';
import { withPages } from './with-pages.ts';

const pages = shared(test, withPages);

test('a caller is found by support code, login id, user_id and openid, from a form and not from an address', async (t) => {
  const { signedIn, loginId, digest } = pages();
  const { visit } = await signedIn('support');
  const found = async (what: string, more = {}) => {
    const { status, headers } = await visit('/operate/find', { what, ent_id: '', ...more });
    return [status, headers.get('location')];
  };
  const id = loginId(0x1234567890);
  t.deepEqual(await found('1234-5678-90'), [303, '/operate/logins/1234-5678-90']);
  t.deepEqual(await found('1234567890'), [303, '/operate/logins/1234567890']);
  t.deepEqual(await found(` ${id} `), [303, `/operate/logins/${id}`]);
  const [status, location] = await found('u_1');
  t.is(status, 303);
  t.true(String(location).startsWith(`/operate/people/${digest}`));
  t.deepEqual(await found('u_1', { ent_id: 'acme' }), [303, location]);
  t.deepEqual(await found('canary-openid'), [303, location]);
  t.is((await found('u_1', { ent_id: 'other' }))[0], 404);
  t.is((await found('nobody'))[0], 404);
  const { text } = await visit(String(location));
  t.regex(text, new RegExp(`/operate/logins/${id}`));
  t.is((await visit(`/operate/find?what=${id}`)).headers.get('location'), null);
});

test('several people of one user_id are offered, each by itself', async (t) => {
  const { signedIn, bindings, person } = pages();
  const now = new Date();
  const made = { userId: 'shared', createdBy: 'x', createdAt: now, updatedAt: now };
  await bindings.create([
    { ...person, ...made, openid: 'canary-openid-2' },
    { ...person, ...made, entId: 'other', openid: 'canary-openid-3' },
  ]);
  const { visit } = await signedIn('support');
  const { status, text } = await visit('/operate/find', { what: 'shared', ent_id: '' });
  t.is(status, 200);
  t.is(new Set(text.match(/\/operate\/people\/[\w.-]+/g)).size, 2);
  t.notRegex(text, /canary/);
});

test('a login’s page says how it stands and what to tell its person; programs get JSON', async (t) => {
  const { signedIn, loginId, call, digest } = pages();
  const { visit } = await signedIn('support');
  const failed = loginId(0x2234567890);
  const { text } = await visit(`/operate/logins/${failed}`);
  t.regex(text, /2234-5678-90/);
  t.regex(text, /40125(<\/span>)?: The AppSecret is wrong/);
  t.regex(text, /WeChat sign-in is not set up correctly here, and is being repaired/);
  t.true(
    text.includes(`<q>${words.en.failed.title}</q> ${words.en.failed.misconfigured}`),
    'as its person reads it',
  );
  const { text: good } = await visit('/operate/logins/1234-5678-90');
  t.true(good.includes(`/operate/people/${digest}`));
  t.like((await call('GET', `/operate/logins/${failed}`)).json, { login: failed });
  t.like((await call('GET', `/operate/logins/${failed}`, { headers: { accept: 'application/json' } })).json, {
    login: failed,
  });
});

test('each look at a login or a person is on record, without what was looked for', async (t) => {
  const { signedIn, actions, loginId, digest, lines } = pages();
  const { visit, name } = await signedIn('support');
  const id = loginId(0x1234567890);
  await visit('/operate/find', { what: 'canary-openid', ent_id: '' });
  await visit('/operate/find', { what: 'u_1', ent_id: 'acme' });
  await visit(`/operate/logins/${id}`);
  await visit(`/operate/people/${digest}`);
  const rows = await actions.find({ actor: name }).sort({ at: 1 }).lean();
  t.deepEqual(
    rows.map(({ action, object }) => [action, object]),
    [
      ['sign in', 'session'],
      ['look for a person', 'everybody'],
      ['look for a person', 'enterprise acme'],
      ['find a login', `login ${id}`],
      ['look at a person', `person ${digest}`],
    ],
  );
  t.notRegex(JSON.stringify(rows), /canary|u_1/);
  t.notRegex(lines.join('\n'), /canary|u_1/);
  // To look is no change.
  t.false(lines.some((line) => line.includes('"path":"/operate/find"')));
});

test('what cannot be put on record is not shown', async (t) => {
  const { signedIn, actions, loginId, digest } = await withPages(t);
  const { visit } = await signedIn('root');
  await actions.db.db?.command({ collMod: 'operator_actions', validator: { impossible: true } });
  for (const path of [`/operate/logins/${loginId(0x1234567890)}`, `/operate/people/${digest}`]) {
    const { status, text } = await visit(path);
    t.true(status >= 500, path);
    t.notRegex(text, /1234-5678-90/);
  }
  t.true((await visit('/operate/find', { what: 'u_1', ent_id: '' })).status >= 500);
});

test('logins from before a new key are found with the others', async (t) => {
  const { signedIn, history, sealer } = pages();
  const person = { appid: 'wx1', openid: 'canary-older' };
  const [now = '', ...before] = openidDigests(sealer, person);
  const ended = { entId: 'acme', appid: 'wx1', outcome: 'ready', timings: {} };
  await history.create([
    { _id: `${'a'.repeat(34)}:1`, ...ended, at: new Date(), openidDigest: now },
    {
      _id: `${'b'.repeat(34)}:1`,
      ...ended,
      at: new Date(Date.now() - 60_000),
      openidDigest: before.at(-1) ?? '',
    },
  ]);
  const { visit } = await signedIn('support');
  const { headers } = await visit('/operate/find', { what: person.openid, ent_id: '' });
  const { text } = await visit(headers.get('location') ?? '');
  t.true(text.indexOf('a'.repeat(34)) < text.indexOf('b'.repeat(34)) && text.includes('b'.repeat(34)));
  // Not anybody's digest: a key of another installation makes another one.
  const other = createSealer([{ kid: 'other', key: randomBytes(32) }]);
  t.false(openidDigests(other, person).slice(0, -1).includes(now));
});
