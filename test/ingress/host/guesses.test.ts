import { once } from 'node:events';
import { request } from 'node:http';
import test from 'ava';
import { until } from '#test/support/until.ts';
import { apiKey, withHostDoor } from './with-host-door.ts';

const from = (address: string) => ({ 'x-forwarded-for': address });
const look = '/v1/bindings?user_id=u';

test('who tries keys is slowed down and written down, and the right key passes from anywhere', async (t) => {
  const { call, lines, asked } = await withHostDoor(t, { guesses: 3 });
  const stranger = from('198.51.100.7');
  for (const auth of ['acme:a', 'acme:b', 'nobody:c']) {
    t.is((await call('GET', look, { auth, headers: stranger })).status, 401);
  }
  const late = await call('GET', look, { auth: 'acme:d', headers: stranger });
  t.is(late.status, 429);
  t.is(late.json.error, 'too_many_requests');
  t.regex(late.headers.get('retry-after') ?? '', /^\d+$/);
  // What is not heard costs no look that is fresher than others have.
  t.deepEqual(asked.slice(-1), [undefined]);
  t.is((await call('GET', look, { headers: stranger })).status, 200);
  t.is((await call('GET', look, { auth: 'acme:d', headers: stranger })).status, 429);
  t.is((await call('GET', look, { headers: from('198.51.100.8') })).status, 200);

  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'credential refused');
  t.is(told.length, 2);
  t.like(told[0], { level: 'warn', door: 'host', address: '198.51.100.7', ent_id: 'acme' });
  t.false(lines.join().includes('acme:a') || lines.join().includes(apiKey));
});

test('whose key was right a moment ago is not locked out by strangers at the same address', async (t) => {
  const { call } = await withHostDoor(t, { guesses: 3 });
  t.is((await call('GET', look)).status, 200);
  for (const auth of ['acme:a', 'acme:b', 'acme:c']) await call('GET', look, { auth });
  t.is((await call('GET', look, { auth: 'acme:d' })).status, 429);
  t.is((await call('GET', look)).status, 200);
});

test('a request without credentials is no guess', async (t) => {
  const { call, lines } = await withHostDoor(t, { guesses: 3 });
  for (let n = 0; n < 5; n += 1) t.is((await call('GET', look, { auth: null })).status, 401);
  t.is((await call('GET', look)).status, 200);
  t.is(lines.length, 0);
});

test('a user that can be no ent_id is a guess like any other', async (t) => {
  const { call, lines } = await withHostDoor(t);
  t.is((await call('GET', look, { auth: 'a b:c' })).status, 401);
  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'credential refused');
  t.is(told.length, 1);
  t.is(told[0].ent_id, undefined);
  t.false(lines.join().includes('a b'));
});

test('an unbind leaves a line, without the openid', async (t) => {
  const { call, lines, bindings } = await withHostDoor(t);
  const openid = 'o'.repeat(28);
  const now = new Date();
  await bindings.create({
    ...{ entId: 'acme', appid: 'wx1', openid, userId: 'u', nickname: '', avatarUrl: '', createdBy: 'x' },
    ...{ createdAt: now, updatedAt: now },
  });
  t.is((await call('DELETE', `/v1/bindings/${openid}`)).status, 204);
  t.like(JSON.parse(lines.at(-1) ?? ''), { msg: 'unbound by the host', ent_id: 'acme', removed: 1 });
  t.false(lines.join().includes(openid));
});

test('a request whose body takes its time does not outlive the key that it came with', async (t) => {
  const { origin, enterprises, lines } = await withHostDoor(t);
  const key = enterprises.get('acme');
  if (key === undefined) throw new Error('no acme');
  const slow = request(`${origin}/v1/tickets/redeem`, {
    method: 'POST',
    auth: `acme:${apiKey}`,
    headers: { 'content-type': 'application/json', 'content-length': 14 },
  });
  const answered = once(slow, 'response');
  slow.write('{"ticket":');
  const begun = performance.now();
  await until(() => performance.now() - begun > 1_200);
  enterprises.set('acme', { ...key, apiKeyDigest: 'another' });
  slow.end('"a"}');
  const [{ statusCode }] = await answered;
  t.is(statusCode, 401);
  t.regex(lines.join(), /"ent_id":"acme","msg":"credential refused"/);
});
