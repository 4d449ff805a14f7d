import { gzipSync } from 'node:zlib';
import test from 'ava';
import { withHostDoor } from '#test/ingress/host/with-host-door.ts';
import { shared } from '#test/support/shared.ts';

// Nothing here changes anything, so that one door serves all of it.
const door = shared(test, withHostDoor);

const redeem = '/v1/tickets/redeem';

const wrongCredentials = {
  'no credentials': null,
  'a wrong key': 'acme:wrong',
  'an empty key': 'acme:',
  'another enterprise’s key': 'acme:the-key-of-other',
  'an unknown enterprise': 'nobody:the-key-of-acme',
  'an ent_id that cannot be one': '../acme:the-key-of-acme',
  'an ent_id of 10,000 characters': `${'a'.repeat(10_000)}:the-key-of-acme`,
};

test('wrong credentials are refused alike on every route, with a challenge', async (t) => {
  const { call } = door();
  const texts = new Set<string>();
  for (const auth of Object.values(wrongCredentials)) {
    for (const [method, path] of [
      ['POST', redeem],
      ['POST', '/v1/bindings'],
      ['GET', '/v1/bindings?user_id=u'],
      ['DELETE', '/v1/bindings/o1'],
    ] as const) {
      const answer = await call(method, path, { auth, ...(method === 'POST' && { json: {} }) });
      t.is(answer.status, 401);
      t.is(answer.headers.get('www-authenticate'), 'Basic realm="wechat-login", charset="UTF-8"');
      texts.add(answer.text);
    }
  }
  t.is(texts.size, 1);
  t.regex([...texts][0] ?? '', /"error":"invalid_client"/);
});

test('a garbled Authorization header is no credentials', async (t) => {
  const { call } = door();
  for (const authorization of [
    'Basic',
    'Basic !!!!',
    'Bearer the-key-of-acme',
    `Basic ${btoa('acme')}`,
    'Basic ====',
  ])
    t.is((await call('POST', redeem, { auth: null, json: {}, headers: { authorization } })).status, 401);
});

const badBodies: Record<
  string,
  {
    body?: string | Uint8Array<ArrayBuffer>;
    json?: unknown;
    headers?: Record<string, string>;
    status: number;
  }
> = {
  'no body': { status: 400 },
  'an empty body': { body: '', headers: { 'content-type': 'application/json' }, status: 400 },
  'broken JSON': {
    body: '{"ticket":"secret-of-mine',
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  'a body that is no object': { json: ['x'], status: 400 },
  'a bare string': { json: 'x', status: 400 },
  'a ticket of the wrong type': { json: { ticket: { $ne: '' } }, status: 400 },
  'a number for a ticket': { json: { ticket: 1 }, status: 400 },
  'a list of tickets': { json: { ticket: ['x'] }, status: 400 },
  'an empty ticket': { json: { ticket: '' }, status: 400 },
  'an over-long ticket': { json: { ticket: 'x'.repeat(201) }, status: 400 },
  'a poisoned prototype': {
    body: '{"__proto__":{"ticket":"x"}}',
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  'a form': {
    body: 'ticket=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
  },
  'plain text': { body: '{"ticket":"x"}', headers: { 'content-type': 'text/plain' }, status: 415 },
  'an unknown encoding': {
    body: '{"ticket":"x"}',
    headers: { 'content-type': 'application/json', 'content-encoding': 'x-mine' },
    status: 415,
  },
  'a body over 8 KB': { json: { ticket: 'x'.repeat(9_000) }, status: 413 },
  'a small body that inflates to 1 MB': {
    body: gzipSync(JSON.stringify({ ticket: 'x'.repeat(1_000_000) })),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    status: 413,
  },
};

for (const [what, { status, ...request }] of Object.entries(badBodies)) {
  test(`${what} is answered ${status} in JSON that quotes nothing`, async (t) => {
    const { call, lines } = door();
    const answer = await call('POST', redeem, request);
    t.is(answer.status, status);
    t.deepEqual(Object.keys(answer.json), ['error', 'error_description']);
    t.notRegex(answer.text + lines.join(''), /secret-of-mine|node_modules|at .*:\d+/);
  });
}

for (const [what, json] of Object.entries({
  'no user_id': { bind_ticket: 'b' },
  'an empty user_id': { bind_ticket: 'b', user_id: '' },
  'a user_id of 129 characters': { bind_ticket: 'b', user_id: 'u'.repeat(129) },
  'a user_id with a control character': { bind_ticket: 'b', user_id: 'a\u0000b' },
  'a user_id with a lone surrogate': { bind_ticket: 'b', user_id: 'a\ud800' },
  'a user_id with a line break': { bind_ticket: 'b', user_id: 'a\nb' },
  'a user_id that ends with a space': { bind_ticket: 'b', user_id: 'a ' },
  'a user_id that is an operator': { bind_ticket: 'b', user_id: { $gt: '' } },
})) {
  test(`${what} is refused before the ticket is looked at`, async (t) => {
    const { call } = door();
    const answer = await call('POST', '/v1/bindings', { json });
    t.is(answer.status, 400);
    t.is(answer.json.error, 'invalid_request');
    t.regex(answer.json.error_description, /^user_id: /);
  });
}

for (const query of [
  '',
  '?user_id=',
  '?user_id=a&user_id=b',
  '?user_id[$ne]=a',
  '?openid=a&user_id=b',
  '?openid=%E4%BD%A0',
  `?openid=${'o'.repeat(129)}`,
]) {
  test(`GET /v1/bindings${query.slice(0, 30)} is 400`, async (t) => {
    const { call } = door();
    const answer = await call('GET', `/v1/bindings${query}`);
    t.is(answer.status, 400);
    t.is(answer.json.error, 'invalid_request');
  });
}

test('another method than those there are is 405 and names them', async (t) => {
  const { call } = door();
  for (const [method, path, allow] of [
    ['GET', redeem, 'POST'],
    ['PUT', '/v1/bindings', 'GET, HEAD, POST, DELETE'],
    ['GET', '/v1/bindings/o1', 'PUT, DELETE'],
    ['GET', '/v1/bindings/import', 'POST'],
    ['POST', '/v1/bindings/export', 'GET, HEAD'],
  ] as const) {
    const answer = await call(method, path);
    t.is(answer.status, 405);
    t.is(answer.headers.get('allow'), allow);
    t.is(answer.json.error, 'method_not_allowed');
  }
});

test('an unknown path below /v1 is 404 in JSON', async (t) => {
  const { call } = door();
  for (const path of [
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/tickets',
    '/v1/bindings/a/b',
    '/v1/bindings/%E0%A4%A/x',
  ]) {
    const answer = await call('GET', path);
    t.is(answer.status, 404);
    t.is(answer.json.error, 'not_found');
  }
});

test('a path that is no UTF-8 deletes nothing', async (t) => {
  const { call } = door();
  const { status } = await call('DELETE', '/v1/bindings/%E0%A4%A');
  t.true(status === 400 || status === 404);
});
