import { request } from 'node:http';
import test from 'ava';
import { digest } from '#operations/digest.ts';
import { apiKey, randomOpenid, withHostDoor } from '#test/ingress/host/with-host-door.ts';
import { acme } from '#test/models/acme.ts';
import { shared } from '#test/support/shared.ts';

const bindings = '/v1/bindings';
const importing = `${bindings}/import`;
const exporting = `${bindings}/export`;
const headers = { 'content-type': 'application/x-ndjson' };
const door = shared(test, withHostDoor);

const toBody = (lines: readonly (object | string)[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
const resultsOf = (verdicts: readonly { result: string }[]) => verdicts.map(({ result }) => result);

test('a host says who a person is: made, then the same, then in conflict, then replaced', async (t) => {
  const { call } = door();
  const path = `${bindings}/${randomOpenid()}`;
  const made = await call('PUT', path, { json: { user_id: 'put-1', unionid: 'oU' } });
  t.is(made.status, 201);
  t.like(made.json, { user_id: 'put-1', appid: acme.appid, unionid: 'oU', result: 'created' });
  const again = await call('PUT', path, { json: { user_id: 'put-1' } });
  t.is(again.status, 200);
  t.is(again.json.result, 'same');
  const other = await call('PUT', path, { json: { user_id: 'put-2' } });
  t.is(other.status, 409);
  t.is(other.json.error, 'conflict');
  t.is((await call('PUT', path, { json: { user_id: 'put-2', replace: true } })).status, 201);
  const found = await call('GET', `${bindings}?user_id=put-2`);
  t.like(found.json.bindings[0], { unionid: 'oU', nickname: '' });
  t.is((await call('GET', `${bindings}?user_id=put-1`)).json.bindings.length, 0);
});

test('a unionid told later is kept, and one that the enterprise keeps none of is not', async (t) => {
  const { call } = door();
  const path = `${bindings}/${randomOpenid()}`;
  await call('PUT', path, { json: { user_id: 'union' } });
  t.is((await call('PUT', path, { json: { user_id: 'union', unionid: 'oLate' } })).json.result, 'same');
  t.is((await call('GET', `${bindings}?user_id=union`)).json.bindings[0].unionid, 'oLate');

  const auth = 'other:the-key-of-other';
  await call('PUT', path, { auth, json: { user_id: 'no-union', unionid: 'oU' } });
  t.false('unionid' in (await call('GET', `${bindings}?user_id=no-union`, { auth })).json.bindings[0]);
});

test('a ticket of the user that a person was until now is worth nothing', async (t) => {
  const { call, settle, bindings: model } = door();
  const { ticket, identity } = await settle('ready', { userId: 'before' });
  const now = new Date();
  const { appid, openid } = identity;
  const known = { entId: 'acme', appid, openid, userId: 'before', nickname: '', avatarUrl: '' };
  await model.create({ ...known, createdBy: 'x', createdAt: now, updatedAt: now });
  t.is(
    (await call('PUT', `${bindings}/${openid}`, { json: { user_id: 'after', replace: true } })).status,
    201,
  );
  const redeemed = await call('POST', '/v1/tickets/redeem', { json: { ticket } });
  t.is(redeemed.json.error, 'invalid_grant');
});

test('a replacement that is repeated makes good what the first one missed, and later it takes nothing away', async (t) => {
  const { call, settle, bindings: model } = door();
  const now = Date.now();
  /** The first request came as far as MongoDB, so long ago; then somebody had a ticket of the user before. */
  const replaced = async (agoMs: number) => {
    const { ticket, identity } = await settle('ready', { userId: 'before' });
    const { appid, openid } = identity;
    const updatedAt = new Date(now - agoMs);
    const known = { entId: 'acme', appid, openid, userId: 'after', nickname: '', avatarUrl: '' };
    await model.create({ ...known, createdBy: 'host', createdAt: updatedAt, updatedAt });
    return { ticket, path: `${bindings}/${openid}` };
  };
  const redeem = async (ticket: string) =>
    (await call('POST', '/v1/tickets/redeem', { json: { ticket } })).status;
  const json = { user_id: 'after', replace: true };

  const recent = await replaced(1_000);
  t.is((await call('PUT', recent.path, { json })).json.result, 'same');
  t.is(await redeem(recent.ticket), 400);
  // Who only says the same replaces nobody.
  const said = await replaced(1_000);
  t.is((await call('PUT', said.path, { json: { user_id: 'after' } })).json.result, 'same');
  t.is(await redeem(said.ticket), 200);
  // What an OpenID client was granted lives for 37 minutes after the login ended.
  const late = await replaced(36 * 60_000);
  t.is((await call('PUT', late.path, { json })).json.result, 'same');
  t.is(await redeem(late.ticket), 400);
  const old = await replaced(39 * 60_000);
  t.is((await call('PUT', old.path, { json })).json.result, 'same');
  t.is(await redeem(old.ticket), 200);
});

test.serial('each line of an import has its verdict, and a wrong one stops no other', async (t) => {
  const { call } = door();
  const [a, b, c] = [randomOpenid(), randomOpenid(), randomOpenid()];
  await call('PUT', `${bindings}/${c}`, { json: { user_id: 'c' } });
  const lines = [
    { openid: a, user_id: 'a' },
    '{"openid":',
    { openid: a, user_id: 'a' },
    { openid: a, user_id: 'somebody-else' },
    { user_id: 'nobody' },
    '',
    'x'.repeat(3_000),
    { openid: c, user_id: 'other' },
    { openid: c, user_id: 'other', replace: true },
    { openid: b, user_id: 'b', appid: 'wx_before', created_at: 'as exported' },
    { openid: b, user_id: 'b', appid: 'wx_made_up' },
  ];
  const answer = await call('POST', importing, { headers, body: toBody(lines) });
  t.is(answer.status, 200);
  t.is(answer.headers.get('content-type'), 'application/x-ndjson');
  t.deepEqual(
    answer.json.map(({ line }: { line: number }) => line),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  );
  t.deepEqual(resultsOf(answer.json), [
    'created',
    'invalid',
    'same',
    'conflict',
    'invalid',
    'invalid',
    'invalid',
    'conflict',
    'created',
    'created',
    'invalid',
  ]);
  t.is(answer.json[0].openid, a);
  t.is(answer.json[4].error, 'openid: is required');
  t.is((await call('GET', `${bindings}?openid=${b}`)).json.bindings[0].appid, 'wx_before');
});

test('what was exported may be imported again, all of it, and of nobody else', async (t) => {
  const { call, bindings: model } = await withHostDoor(t);
  const lines = Array.from({ length: 2_300 }, (_, n) => ({
    openid: `o${n}`,
    user_id: `u${n}`,
    unionid: `U${n}`,
  }));
  t.true(
    resultsOf((await call('POST', importing, { headers, body: toBody(lines) })).json).every(
      (r) => r === 'created',
    ),
  );
  await call('PUT', `${bindings}/o0`, { auth: 'other:the-key-of-other', json: { user_id: 'of-other' } });

  const exported = await call('GET', exporting);
  t.is(exported.status, 200);
  t.is(exported.json.length, 2_300);
  t.is(new Set(exported.json.map(({ openid }: { openid: string }) => openid)).size, 2_300);
  t.false(exported.text.includes('of-other'));
  const again = await call('POST', importing, { headers, body: exported.text });
  t.true(resultsOf(again.json).every((result) => result === 'same'));

  await model.deleteMany({ entId: 'acme' });
  await call('POST', importing, { headers, body: exported.text });
  t.is(await model.countDocuments({ entId: 'acme' }), 2_300);
  t.is((await call('GET', exporting)).json[0].unionid, 'U0');
});

test('of two imports that meet at one person one makes the binding', async (t) => {
  const { call } = door();
  const openids = Array.from({ length: 8 }, randomOpenid);
  const put = (openid: string, user: string) =>
    call('PUT', `${bindings}/${openid}`, { json: { user_id: user } });
  const answers = await Promise.all(
    openids.flatMap((openid) => [put(openid, `${openid}-1`), put(openid, `${openid}-2`)]),
  );
  for (let n = 0; n < openids.length; n += 1) {
    const pair = [answers[2 * n]?.status, answers[2 * n + 1]?.status].sort();
    t.deepEqual(pair, [201, 409]);
  }
});

test('a body with too many lines, or too large a one, changes nothing', async (t) => {
  const { call, bindings: model } = await withHostDoor(t);
  const lines = Array.from({ length: 10_001 }, (_, n) => ({ openid: `o${n}`, user_id: 'u' }));
  const tooMany = await call('POST', importing, { headers, body: toBody(lines) });
  t.is(tooMany.status, 413);
  t.is(tooMany.json.error, 'too_large');
  const large = ' '.repeat(8_400_000);
  t.is(
    (await call('POST', importing, { headers, body: `{"openid":"o1","user_id":"u"}\n${large}` })).status,
    413,
  );
  t.is(await model.countDocuments({ entId: 'acme' }), 0);
  t.is((await call('POST', importing, { headers, body: toBody(lines.slice(1)) })).json.length, 10_000);
});

test.serial('of a gigabyte nothing is read', async (t) => {
  const { origin } = door();
  const authorization = `Basic ${Buffer.from(`acme:${apiKey}`).toString('base64')}`;
  const sent = request(new URL(importing, origin), {
    method: 'POST',
    headers: { ...headers, authorization, 'content-length': 1_000_000_000 },
  });
  sent.flushHeaders();
  const status = await new Promise((resolve, reject) => {
    sent.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject);
  });
  sent.destroy();
  t.is(status, 413);
});

test.serial('another kind of body, and none, are refused', async (t) => {
  const { call } = door();
  t.is((await call('POST', importing, { json: { openid: 'o', user_id: 'u' } })).status, 415);
  t.is((await call('POST', importing, { headers, body: '' })).status, 400);
  t.is((await call('POST', importing, { headers, body: '\n' })).json[0].result, 'invalid');
  t.is((await call('DELETE', exporting)).status, 404);
});

test('a host with an import under way is asked to wait, and another host is not', async (t) => {
  const { origin, call } = await withHostDoor(t);
  const authorization = `Basic ${Buffer.from(`acme:${apiKey}`).toString('base64')}`;
  const slow = request(new URL(importing, origin), {
    method: 'POST',
    headers: { ...headers, authorization, 'content-length': 1_000, expect: '100-continue' },
  });
  slow.on('error', () => {});
  slow.flushHeaders();
  // Answered when the request is there.
  await new Promise((resolve) => slow.once('continue', resolve));
  const body = toBody([{ openid: 'o1', user_id: 'u' }]);
  const meanwhile = await call('POST', importing, { headers, body });
  t.is(meanwhile.status, 503);
  t.truthy(meanwhile.headers.get('retry-after'));
  const auth = 'other:the-key-of-other';
  t.is((await call('POST', importing, { auth, headers, body })).status, 200);
  slow.destroy();
});

test('an export ends where the key is taken away', async (t) => {
  const { origin, bindings: model, enterprises } = await withHostDoor(t);
  const now = new Date();
  const known = {
    entId: 'acme',
    appid: 'wx1',
    userId: 'u',
    nickname: '',
    avatarUrl: 'x'.repeat(900),
    createdBy: 'x',
  };
  await model.insertMany(
    Array.from({ length: 20_000 }, (_, n) => ({ ...known, openid: `o${n}`, createdAt: now, updatedAt: now })),
  );
  const authorization = `Basic ${Buffer.from(`acme:${apiKey}`).toString('base64')}`;
  const response = await fetch(new URL(exporting, origin), { headers: { authorization } });
  t.is(response.status, 200);
  enterprises.set('acme', { ...acme, apiKeyDigest: digest('another key') });
  await t.throwsAsync(async () => {
    // A reader that takes its time: longer than a look at the key is good for.
    const reader = response.body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read());
  });
});

test.serial(
  'an import ends where the key is taken away, and says of each line what became of it',
  async (t) => {
    const { origin, enterprises, bindings: model } = await withHostDoor(t);
    const [openid, late] = [randomOpenid(), randomOpenid()];
    // Of one person, so that each line waits for the one before: some thousand looks take longer than one at the key is good for.
    const lines = Array.from({ length: 9_999 }, () => ({ openid, user_id: 'u' }));
    const authorization = `Basic ${Buffer.from(`acme:${apiKey}`).toString('base64')}`;
    const response = await fetch(new URL(importing, origin), {
      method: 'POST',
      headers: { ...headers, authorization },
      body: toBody([...lines, { openid: late, user_id: 'u' }]),
    });
    t.is(response.status, 200);
    enterprises.set('acme', { ...acme, apiKeyDigest: digest('another key') });
    const verdicts = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    t.deepEqual(
      verdicts.map(({ line }) => line),
      Array.from({ length: 10_000 }, (_, n) => n + 1),
    );
    t.deepEqual([...new Set(verdicts.map(({ result }) => result))], ['created', 'same', 'invalid']);
    t.regex(verdicts.at(-1).error, /^not tried: The API key was taken away/);
    t.deepEqual(
      [await model.countDocuments({ openid }), await model.countDocuments({ openid: late })],
      [1, 0],
    );
  },
);
