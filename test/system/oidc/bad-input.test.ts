import { request as httpRequest } from 'node:http';
import test from 'ava';
import { None } from 'openid-client';
import { beginAt, follow, logIn, redirectUri, withOidcClient } from '#test/support/oidc-client.ts';
import { shared } from '#test/support/shared.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();
const clients = shared(test, async () => {
  const enterprises = [await service.seedEnterprise()];
  const noSecret = { form: { token_endpoint_auth_method: 'none' }, auth: () => None() };
  return {
    client: await withOidcClient(service, enterprises),
    pkce: await withOidcClient(service, enterprises, { form: { require_pkce: true } }),
    open: await withOidcClient(service, enterprises, noSecret),
  };
});

async function ask(change: (query: URLSearchParams) => void, of = clients().client) {
  const { url } = await beginAt(of);
  change(url.searchParams);
  return follow(service.person(), url.href, service.publicUrl);
}

for (const [what, change, error] of [
  ['a repeated state', (query) => query.append('state', 'another'), 'invalid_request'],
  ['plain PKCE', (query) => query.set('code_challenge_method', 'plain'), 'invalid_request'],
  ['response_type=token', (query) => query.set('response_type', 'token'), 'invalid_request'],
  ['response_type=id_token', (query) => query.set('response_type', 'id_token'), 'invalid_request'],
  ['a request object', (query) => query.set('request', 'a.b.c'), 'request_not_supported'],
  [
    'a request_uri',
    (query) => query.set('request_uri', 'https://evil.example/'),
    'request_uri_not_supported',
  ],
  ['a foreign id_token_hint', (query) => query.set('id_token_hint', 'a.b.c'), 'invalid_request'],
  ['form_post', (query) => query.set('response_mode', 'form_post'), 'unsupported_response_mode'],
  ['fragment', (query) => query.set('response_mode', 'fragment'), 'unsupported_response_mode'],
  ['max_age=-1', (query) => query.set('max_age', '-1'), 'invalid_request'],
] as const satisfies [string, (query: URLSearchParams) => void, string][]) {
  test(`${what} is refused, and the client is told so`, async (t) => {
    const { status, location } = await ask(change);
    t.is(status, 303);
    const back = new URL(location);
    t.is(back.origin + back.pathname, redirectUri);
    // What was asked for in the fragment is refused there.
    const told = new URLSearchParams(back.search || back.hash.slice(1));
    t.is(told.get('error'), error);
    t.false(/code=|token=/.test(location));
  });
}

for (const [what, change] of [
  ['an unknown client', (query) => query.set('client_id', 'nobody')],
  ['a client_id that can be none', (query) => query.set('client_id', 'a/../b c')],
  ['a repeated client_id', (query) => query.append('client_id', 'nobody')],
  ['a foreign redirect_uri', (query) => query.set('redirect_uri', 'https://evil.example/cb')],
  ['a redirect_uri that is longer', (query) => query.set('redirect_uri', `${redirectUri}/more`)],
  ['a redirect_uri with a query', (query) => query.set('redirect_uri', `${redirectUri}?a=b`)],
  ['a repeated redirect_uri', (query) => query.append('redirect_uri', redirectUri)],
  ['no redirect_uri', (query) => query.delete('redirect_uri')],
] as const satisfies [string, (query: URLSearchParams) => void][]) {
  test(`${what} is a page of ours, never a redirect`, async (t) => {
    const { status, location, text, headers } = await ask(change);
    t.deepEqual([status, location], [400, '']);
    t.true(text.includes('<main>'));
    t.regex(String(headers['content-security-policy']), /form-action 'self'(;|$)/);
  });
}

test('a client that must use PKCE, or has no secret, is refused without', async (t) => {
  for (const one of [clients().pkce, clients().open]) {
    const { location } = await ask((query) => {
      query.delete('code_challenge');
      query.delete('code_challenge_method');
    }, one);
    t.is(new URL(location).searchParams.get('error'), 'invalid_request');
  }
});

test('the address of an interaction is nobody’s but the browser’s that has its cookie', async (t) => {
  const begun = await beginAt(clients().client);
  const owner = service.person();
  const { location } = await owner.visit(begun.url.href);
  const uid = location.split('/').at(-1);
  const stranger = service.person();
  for (const path of ['', '/finish?login=00', `/finish?login=${'0'.repeat(34)}`]) {
    const page = await stranger.visit(`/oidc/interaction/${uid}${path}`);
    t.is(page.status, 400, path);
    t.is(page.headers['set-cookie'], undefined);
  }
  for (const query of ['again=2', 'again=1&again=1', 'browser=some'])
    t.is((await owner.visit(`/oidc/interaction/${uid}?${query}`)).status, 400, query);
  t.is((await owner.visit(`/oidc/interaction/${uid}?again=1&browser=any`)).status, 302);
  t.is((await owner.visit(`/oidc/interaction/${uid}/finish`)).status, 400);
  t.is((await owner.visit(`/oidc/interaction/${uid}/finish?login=${'0'.repeat(34)}`)).status, 404);
  for (const impossible of ['x', 'x'.repeat(65), '..%2f..%2fauth'])
    t.is((await stranger.visit(`/oidc/interaction/${impossible}`)).status, 404);
});

test('a foreign interaction’s cookie opens no other interaction', async (t) => {
  const [victim, attacker] = [service.person(), service.person()];
  const uidOf = async (person: typeof victim) =>
    (await person.visit((await beginAt(clients().client)).url.href)).location.split('/').at(-1) ?? '';
  const [his, own] = [await uidOf(victim), await uidOf(attacker)];
  t.not(his, own);
  // His jar has the cookie of his own interaction only: the path of the other one is not its.
  t.is((await attacker.visit(`/oidc/interaction/${his}`)).status, 400);
});

test('the end of a login is taken once: the second time there is a page', async (t) => {
  const person = service.person();
  const begun = await beginAt(clients().client);
  const { location } = await follow(person, begun.url.href, service.publicUrl);
  await person.callback(await person.authorize(location));
  const { location: finish = '' } = await person.waitForEnd();
  const resumes = [await person.visit(finish), await person.visit(finish)].map((answer) => answer.location);
  t.is(resumes[0], resumes[1]);
  t.true((await person.visit(resumes[0] ?? '')).location.startsWith(redirectUri));
  const late = await person.visit(resumes[0] ?? '');
  t.is(late.status, 400);
  t.true(late.text.includes('<main>'));
});

test('a wrong verifier, a foreign redirect_uri and another client get nothing, and use nothing up', async (t) => {
  const begun = await beginAt(clients().client);
  const code = (await logIn(service, service.person(), begun)).searchParams.get('code') ?? '';
  const given = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: begun.verifier,
  };
  const redeem = async (change: Record<string, string>, of = clients().client) => {
    const answer = await fetch(`${service.publicUrl}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${of.clientId}:${of.secret}`).toString('base64')}` },
      body: new URLSearchParams({ ...given, ...change }),
    });
    return `${answer.status} ${((await answer.json()) as { error?: string }).error ?? ''}`;
  };
  t.is(await redeem({ code_verifier: 'x'.repeat(43) }), '400 invalid_grant');
  t.is(await redeem({ redirect_uri: 'https://evil.example/' }), '400 invalid_grant');
  t.is(await redeem({}, clients().pkce), '400 invalid_grant');
  t.is(await redeem({ code: 'x'.repeat(43) }), '400 invalid_grant');
  t.is(await redeem({ grant_type: 'refresh_token', refresh_token: 'x' }), '400 invalid_request');
  t.is(await redeem({ grant_type: 'client_credentials' }), '400 unsupported_grant_type');
  t.is(await redeem({}), '200 ');
});

test('what is too large, of another type or at no address is refused in few words', async (t) => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${service.publicUrl}/oidc/token`, { method: 'POST', body, headers });
  t.is(
    (await post('x'.repeat(100_000), { 'content-type': 'application/x-www-form-urlencoded' })).status,
    400,
  );
  t.is((await post('{}', { 'content-type': 'application/json' })).status, 400);
  const get = (path: string, method = 'GET') =>
    fetch(service.publicUrl + path, { method, headers: { accept: 'text/html' }, redirect: 'manual' });
  const pushed = await fetch(`${service.publicUrl}/oidc/request`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clients().open.clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: redirectUri,
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      state: 'x'.repeat(20_000),
    }),
  });
  t.is(`${pushed.status} ${((await pushed.json()) as { error: string }).error}`, '400 invalid_request');
  const unknown = await get('/oidc/nothing');
  t.is(unknown.status, 404);
  t.is(((await unknown.json()) as { error: string }).error, 'not_found');
  for (const [path, method] of [
    ['/oidc/token', 'GET'],
    ['/oidc/auth', 'POST'],
    ['/oidc/jwks', 'POST'],
    ['/oidc/session/end', 'PUT'],
  ] as const)
    t.is((await get(path, method)).status, 405, path);
  for (const path of [
    '/OIDC/jwks',
    '/oidc',
    '/oidc/',
    '/oidc/reg',
    '/oidc/token/introspection',
    '/oidc/device/auth',
  ])
    t.is((await get(path)).status, 404, path);
  const long = await get(`/oidc/auth?client_id=${'x'.repeat(9_000)}`);
  t.is(long.status, 400);
  const longer = await get(`/oidc/auth?client_id=${'x'.repeat(20_000)}`).catch(() => ({ status: 431 }));
  t.is(longer.status, 431);
});

test('nothing that a stranger writes changes an address of ours', async (t) => {
  const { port } = new URL(service.publicUrl);
  const get = (path: string, headers: Record<string, string>) =>
    new Promise<{ text: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, path, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => resolve({ text, headers: answer.headers }));
      })
        .on('error', reject)
        .end();
    });
  const lies = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '4443',
    forwarded: 'host=evil.example;proto=https',
    'x-original-url': '/evil',
  };
  const honest = { host: `127.0.0.1:${port}` };
  for (const path of [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
  ]) {
    const [told, plain] = [await get(path, lies), await get(path, honest)];
    t.is(told.text, plain.text);
    t.false(told.text.includes('evil'));
    t.is(JSON.parse(plain.text).issuer, `${service.publicUrl}/oidc`);
    t.is(JSON.parse(plain.text).token_endpoint, `${service.publicUrl}/oidc/token`);
  }
  const { url } = await beginAt(clients().client);
  const { headers } = await get(url.pathname + url.search, lies);
  t.regex(String(headers['location']), /^\/oidc\/interaction\//);
  t.false(JSON.stringify(headers).includes('evil'));
  t.is(headers['cross-origin-opener-policy'], undefined);
});

test('metadata says what there is, and no more', async (t) => {
  const answer = await fetch(`${service.publicUrl}/oidc/.well-known/openid-configuration`);
  const told = (await answer.json()) as Record<string, unknown>;
  t.like(told, {
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    scopes_supported: ['openid', 'profile', 'wechat'],
    acr_values_supported: ['wechat', 'wechat-qr'],
    token_endpoint_auth_methods_supported: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
    ],
  });
  for (const name of [
    'registration',
    'introspection',
    'revocation',
    'device_authorization',
    'backchannel_authentication',
  ])
    t.is(told[`${name}_endpoint`], undefined);
  const keys = await fetch(`${service.publicUrl}/oidc/jwks`);
  t.is(keys.headers.get('cache-control'), 'public, max-age=300');
  const jwks = ((await keys.json()) as { keys: object[] }).keys;
  t.is(jwks.length, 2);
  for (const key of jwks) for (const secret of ['d', 'p', 'q']) t.false(secret in key);
});

test('a page of the client’s own origin may ask for tokens, another’s may not', async (t) => {
  const ask = async (origin: string) => {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clients().open.clientId,
      code: 'x',
      redirect_uri: redirectUri,
    });
    const answer = await fetch(`${service.publicUrl}/oidc/token`, {
      method: 'POST',
      headers: { origin },
      body,
    });
    return answer.headers.get('access-control-allow-origin');
  };
  t.is(await ask('https://host.example'), 'https://host.example');
  t.is(await ask('https://evil.example'), null);
  // What it sends has a content type or a header of which browsers ask first.
  for (const path of ['token', 'request', 'me']) {
    const preflight = await fetch(`${service.publicUrl}/oidc/${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://host.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    t.is(preflight.status, 204, path);
    t.truthy(preflight.headers.get('access-control-allow-origin'), path);
  }
});

test('a machine that only looks begins nothing', async (t) => {
  const { url } = await beginAt(clients().client);
  for (const init of [{ method: 'HEAD' }, { headers: { 'sec-purpose': 'prefetch' } }]) {
    const answer = await fetch(url, { redirect: 'manual', ...init });
    t.deepEqual([answer.headers.get('set-cookie'), answer.headers.get('location')], [null, null]);
  }
});
