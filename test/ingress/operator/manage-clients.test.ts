import { randomBytes } from 'node:crypto';
import test from 'ava';
import { digest } from '#operations/digest.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';

const client = {
  name: 'Console 控制台',
  ent_ids: ['acme', 'umbrella'],
  redirect_uris: ['https://host.example/cb', 'http://127.0.0.1:3000/cb'],
  post_logout_redirect_uris: ['https://host.example/'],
  initiate_login_uri: 'https://host.example/begin',
  token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: 'ES256',
  require_pkce: true,
  scopes: ['openid', 'profile'],
};
const few = { name: 'Few', ent_ids: ['acme'], redirect_uris: ['https://host.example/cb'] };

const door = shared(test, async (t) => {
  const opened = await withAdminDoor(t);
  await opened.call('PUT', '/v1/accounts/wx1', { json: { secret: 'secret', name: 'One' } });
  for (const entId of ['acme', 'umbrella']) {
    const json = { appid: 'wx1', name: entId, login_url: 'https://host.example/login' };
    await opened.call('PUT', `/v1/enterprises/${entId}`, { json });
  }
  return opened;
});

/** A name that no other test uses. */
function aClient() {
  const clientId = `client_${randomBytes(8).toString('hex')}`;
  return { clientId, path: `/v1/clients/${clientId}` };
}

test('a client is made with a secret that is told once, shown, listed and removed', async (t) => {
  const { call, clients, lines } = door();
  const { clientId, path } = aClient();
  const made = await call('PUT', path, { json: client });
  t.is(made.status, 201, made.text);
  const { client_secret: secret, ...shown } = made.json;
  t.regex(secret, /^[\w-]{43}$/);
  t.deepEqual(shown, { client_id: clientId, ...client });
  t.is((await clients.findOne({ clientId }).lean())?.secretDigest, digest(secret));
  t.deepEqual((await call('GET', path)).json, shown);
  t.deepEqual((await call('PUT', path, { json: shown })).json, shown);
  t.true(
    (await call('GET', '/v1/clients')).json.clients.some(
      (one: object) => JSON.stringify(one) === JSON.stringify(shown),
    ),
  );
  t.is((await call('DELETE', path)).status, 204);
  for (const method of ['GET', 'DELETE']) t.is((await call(method, path)).status, 404);
  t.false(lines.join().includes(secret));
});

test('what a PUT leaves out stays, and null clears it', async (t) => {
  const { call, lines } = door();
  const { path } = aClient();
  await call('PUT', path, { json: client });
  const { json } = await call('PUT', path, { json: { name: 'New', initiate_login_uri: null } });
  const { initiate_login_uri: _gone, ...rest } = client;
  t.like(json, { ...rest, name: 'New' });
  t.false('initiate_login_uri' in json || 'client_secret' in json);
  const change = lines
    .map((line) => JSON.parse(line))
    .findLast(({ method, path: at }) => method === 'PUT' && at === path);
  t.deepEqual(change.fields, ['name', 'initiate_login_uri']);
});

test('a new client has the usual ways', async (t) => {
  const { call } = door();
  t.like((await call('PUT', aClient().path, { json: few })).json, {
    post_logout_redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    require_pkce: false,
    scopes: ['openid', 'profile', 'wechat'],
  });
});

test('of many first PUTs at once one tells a secret, and that one is right', async (t) => {
  const { call, clients } = door();
  const { clientId, path } = aClient();
  const all = await Promise.all(Array.from({ length: 8 }, () => call('PUT', path, { json: few })));
  const secrets = all.flatMap(({ json }) => json.client_secret ?? []);
  t.is(secrets.length, 1);
  t.is((await clients.findOne({ clientId }).lean())?.secretDigest, digest(secrets[0]));
});

test('a client without a secret gets one when it is to have one, and loses it when not', async (t) => {
  const { call, clients } = door();
  const { clientId, path } = aClient();
  const made = await call('PUT', path, { json: { ...few, token_endpoint_auth_method: 'none' } });
  t.false('client_secret' in made.json);
  t.is((await call('POST', `${path}/rotate-secret`)).status, 400);
  const secured = await call('PUT', path, { json: { token_endpoint_auth_method: 'client_secret_basic' } });
  t.is((await clients.findOne({ clientId }).lean())?.secretDigest, digest(secured.json.client_secret));
  await call('PUT', path, { json: { token_endpoint_auth_method: 'none' } });
  t.is((await clients.findOne({ clientId }).lean())?.secretDigest, undefined);
});

test('a rotation keeps the old secret for as long as it is told to, and no older one', async (t) => {
  const { call, clients } = door();
  const { clientId, path } = aClient();
  const { json: made } = await call('PUT', path, { json: few });
  const { json: second } = await call('POST', `${path}/rotate-secret`, { json: { keep_old_for: 600 } });
  const stored = await clients.findOne({ clientId }).lean();
  t.is(stored?.secretDigest, digest(second.client_secret));
  t.is(stored?.previousSecretDigest, digest(made.client_secret));
  t.is(stored?.previousSecretUntil?.toISOString(), second.old_secret_until);
  await call('POST', `${path}/rotate-secret`);
  const last = await clients.findOne({ clientId }).lean();
  t.deepEqual([last?.previousSecretDigest, last?.previousSecretUntil], [undefined, undefined]);
});

const publicKey = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) };
for (const [fault, change] of [
  ['redirect_uris', { redirect_uris: ['http://host.example/cb'] }],
  ['redirect_uris', { redirect_uris: ['https://host.example/cb#part'] }],
  ['redirect_uris', { redirect_uris: [] }],
  ['redirect_uris', { redirect_uris: Array.from({ length: 11 }, (_, n) => `https://host.example/${n}`) }],
  ['redirect_uris', { redirect_uris: ['javascript:alert(1)//https://'] }],
  ['post_logout_redirect_uris', { post_logout_redirect_uris: ['ftp://host.example/'] }],
  ['ent_ids', { ent_ids: [] }],
  ['ent_ids', { ent_ids: ['nobody'] }],
  ['ent_ids', { ent_ids: ['acme', 'acme'] }],
  ['scopes', { scopes: ['profile'] }],
  ['scopes', { scopes: ['openid', 'email'] }],
  ['id_token_signed_response_alg', { id_token_signed_response_alg: 'HS256' }],
  ['token_endpoint_auth_method', { token_endpoint_auth_method: 'client_secret_jwt' }],
  ['jwks', { token_endpoint_auth_method: 'private_key_jwt' }],
  ['jwks', { jwks: { keys: [{ ...publicKey, d: 'private' }] } }],
  ['jwks', { jwks: { keys: [{ kty: 'oct', k: 'symmetric' }] } }],
  ['client_id', { client_id: 'another' }],
] as const) {
  test(`${JSON.stringify(change).slice(0, 70)} is refused, and nothing is stored`, async (t) => {
    const { call, clients } = door();
    const { clientId, path } = aClient();
    const { status, json } = await call('PUT', path, { json: { ...few, ...change } });
    t.is(status, 400);
    t.true(json.error_description.includes(fault), json.error_description);
    t.is(await clients.findOne({ clientId }), null);
  });
}

test('signing keys are rotated, with time for hosts to learn of the new ones', async (t) => {
  const { call, keys } = door();
  await keys.list();
  const { status, json } = await call('POST', '/v1/signing-keys/rotate');
  t.is(status, 200);
  t.deepEqual(json.keys.map((key: { alg: string; state: string }) => `${key.alg} ${key.state}`).toSorted(), [
    'ES256 current',
    'ES256 next',
    'RS256 current',
    'RS256 next',
  ]);
  t.is((await call('POST', '/v1/signing-keys/rotate', { json: { publish_for: 1 } })).status, 400);
  t.is((await call('GET', '/v1/signing-keys/rotate')).status, 405);
});
