import test from 'ava';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';

const door = shared(test, (t) => withAdminDoor(t, { adminWritable: true }));

const paths = [
  '/',
  '/metrics',
  '/queues',
  '/queues/',
  '/queues/api/queues',
  '/queues/static/js/main.js',
  '/v1/accounts',
  '/v1/accounts/wx1',
  '/v1/enterprises/acme',
  '/nothing',
];

for (const path of paths) {
  test(`${path} is 401 with both challenges unless the token is right`, async (t) => {
    for (const authorization of [
      undefined,
      'Bearer',
      'Bearer wrong',
      `Bearer ${adminToken}x`,
      `bearer${adminToken}`,
      `Basic ${btoa(`${adminToken}:`)}`,
      `Basic ${btoa('operator:wrong')}`,
      `Digest ${adminToken}`,
    ]) {
      const answer = await door().call('GET', path, {
        token: null,
        headers: authorization === undefined ? {} : { authorization },
      });
      t.is(answer.status, 401);
      t.is(
        answer.headers.get('www-authenticate'),
        'Bearer realm="operator", Basic realm="operator", charset="UTF-8"',
      );
    }
  });
}

test('the token travels as Bearer, or as the Basic password of any user', async (t) => {
  for (const authorization of [
    `Bearer ${adminToken}`,
    `bearer ${adminToken}`,
    `Basic ${btoa(`operator:${adminToken}`)}`,
    `Basic ${btoa(`:${adminToken}`)}`,
  ]) {
    const answer = await door().call('GET', '/v1/accounts', { token: null, headers: { authorization } });
    t.is(answer.status, 200);
  }
});

test('the health paths need no token; a path that only looks like one does', async (t) => {
  t.is((await door().call('GET', '/healthz', { token: null })).status, 200);
  t.is((await door().call('GET', '/readyz', { token: null })).status, 200);
  for (const path of ['/healthz/', '/healthz/x', '//healthz', '/HEALTHZ', '/healthz%2f..%2fmetrics'])
    t.is((await door().call('GET', path, { token: null })).status, 401);
});

for (const [what, headers] of Object.entries({
  'another site': { 'sec-fetch-site': 'cross-site' },
  'another host of the same site': { 'sec-fetch-site': 'same-site' },
  'a foreign Origin': { origin: 'https://evil.example' },
  'an opaque Origin': { origin: 'null' },
  'a garbled Origin': { origin: 'evil' },
})) {
  test(`a change that ${what} makes a browser send is refused`, async (t) => {
    const authorization = `Basic ${btoa(`operator:${adminToken}`)}`;
    for (const [method, path] of [
      ['PUT', '/v1/accounts/wx1'],
      ['DELETE', '/v1/accounts/wx1'],
      ['POST', '/v1/enterprises/acme/rotate-key'],
      ['PUT', '/queues/api/queues/pause'],
    ] as const) {
      const answer = await door().call(method, path, { token: null, headers: { authorization, ...headers } });
      t.is(answer.status, 403);
      t.is(answer.json.error, 'forbidden');
    }
  });
}

test('the dashboard’s own page may change things', async (t) => {
  const headers = { origin: door().origin, 'sec-fetch-site': 'same-origin' };
  t.is((await door().call('PUT', '/queues/api/queues/exchange/pause', { headers })).status, 200);
  t.is((await door().call('PUT', '/queues/api/queues/exchange/resume', { headers })).status, 200);
});

test('answers are not stored, framed or sniffed', async (t) => {
  const { headers } = await door().call('GET', '/v1/accounts');
  t.is(headers.get('cache-control'), 'no-store');
  t.is(headers.get('x-frame-options'), 'DENY');
  t.is(headers.get('x-content-type-options'), 'nosniff');
  t.is(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
});

test('what does not exist is 404 in JSON, another method 405', async (t) => {
  for (const path of [
    '/',
    '/nothing',
    '/v1',
    '/v1/',
    '/v1/accounts/a/b',
    '/v1/enterprises/a/b',
    '/queues/nothing',
  ]) {
    const answer = await door().call('GET', path);
    t.is(answer.status, 404, path);
    t.is(answer.json?.error, 'not_found', path);
  }
  for (const [method, path, allow] of [
    ['POST', '/v1/accounts/wx1', 'GET, HEAD, PUT, DELETE'],
    ['DELETE', '/v1/accounts', 'GET, HEAD'],
    ['GET', '/v1/enterprises/acme/rotate-key', 'POST'],
    ['POST', '/metrics', 'GET, HEAD'],
  ] as const) {
    const answer = await door().call(method, path);
    t.is(answer.status, 405, path);
    t.is(answer.headers.get('allow'), allow);
    t.is(answer.json.error, 'method_not_allowed');
  }
});
