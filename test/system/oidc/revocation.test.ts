import test from 'ava';
import * as openid from 'openid-client';
import {
  beginAt,
  follow,
  logIn,
  type OidcClient,
  redeem,
  withOidcClient,
} from '#test/support/oidc-client.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();

/** A person who was logged in just now, with a code that is not redeemed and a token of one before. */
async function loggedIn(form: Record<string, unknown> = {}) {
  const enterprise = await service.seedEnterprise();
  const client = await withOidcClient(service, [enterprise], { form });
  const person = service.person();
  const first = await beginAt(client);
  const tokens = await redeem(client, first, await logIn(service, person, first));
  const begun = await beginAt(client);
  const back = await logIn(service, person, begun);
  const claims = tokens.claims();
  const sub = String(claims?.sub);
  return { enterprise, client, person, tokens, claims, sub, begun, back };
}

const me = ({ client, tokens, sub }: { client: OidcClient; tokens: { access_token: string }; sub: string }) =>
  openid.fetchUserInfo(client.config, tokens.access_token, sub).then(
    () => 200,
    (error) => error.cause?.[0]?.parameters?.error ?? error.status ?? String(error),
  );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'served',
    (error) => (error.status === 401 ? 'invalid_client' : String(error.error ?? error.code)),
  );

test('whoever is unbound is nobody at once: to a code, to an access token, to a session', async (t) => {
  const one = await loggedIn();
  t.is(await me(one), 200);
  const openidOf = String(one.claims?.['wechat_openid']);
  t.is((await service.callAs(one.enterprise, 'DELETE', `/v1/bindings/${openidOf}`)).status, 204);
  t.is(await me(one), 'invalid_token');
  t.is(await refusal(redeem(one.client, one.begun, one.back)), 'invalid_grant');
  const silent = await beginAt(one.client, { prompt: 'none' });
  const { location } = await follow(one.person, silent.url.href, service.publicUrl);
  t.is(new URL(location).searchParams.get('error'), 'login_required');
});

test('an unbinding is so also where Redis has forgotten it: the binding itself is asked', async (t) => {
  const one = await loggedIn();
  const openidOf = String(one.claims?.['wechat_openid']);
  t.is((await service.callAs(one.enterprise, 'DELETE', `/v1/bindings/${openidOf}`)).status, 204);
  const marks = await service.findKeys(':unbound:*');
  t.true(marks.length > 0);
  for (const mark of marks) await service.redis.del(mark);
  t.is(await me(one), 'invalid_token');
  t.is(await refusal(redeem(one.client, one.begun, one.back)), 'invalid_grant');
  const silent = await beginAt(one.client, { prompt: 'none' });
  const { location } = await follow(one.person, silent.url.href, service.publicUrl);
  t.is(new URL(location).searchParams.get('error'), 'login_required');
});

test('who logs out takes back codes and tokens, also a code that is not redeemed yet', async (t) => {
  const one = await loggedIn();
  const question = await one.person.visit('/oidc/session/end');
  const [, xsrf = ''] = /name="xsrf" value="([^"]*)"/.exec(question.text) ?? [];
  const answer = await one.person.visit('/oidc/session/end/confirm', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ xsrf, logout: 'yes' }).toString(),
  });
  t.is(answer.status, 303, answer.text);
  t.is(await refusal(redeem(one.client, one.begun, one.back)), 'invalid_grant');
  t.is(await me(one), 'invalid_token');
});

test('a log-out that a client posts goes on as one that it links to: with the browser’s own cookie', async (t) => {
  const one = await loggedIn({ post_logout_redirect_uris: ['https://host.example/bye'] });
  const form = {
    id_token_hint: String(one.tokens.id_token),
    post_logout_redirect_uri: 'https://host.example/bye',
    state: 'its own',
  };
  const post = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${service.publicUrl}/oidc/session/end`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': type },
      body,
    });
  const answer = await post(new URLSearchParams(form).toString());
  t.is(answer.status, 303);
  const location = new URL(answer.headers.get('location') ?? '', service.publicUrl);
  t.is(location.pathname, '/oidc/session/end');
  t.deepEqual(Object.fromEntries(location.searchParams), form);
  const question = await one.person.visit(location.pathname + location.search);
  t.regex(question.text, /name="xsrf"/);
  t.is((await post('state=a&state=b')).status, 400);
  t.is((await post(`state=${'x'.repeat(4_096)}`)).status, 413);
  t.is((await post('<a/>', 'text/xml')).status, 415);
});

test('an unbinding between WeChat and the client ends the login', async (t) => {
  const { enterprise, client, person, claims } = await loggedIn();
  const begun = await beginAt(client, { prompt: 'login' });
  const { location } = await follow(person, begun.url.href, service.publicUrl);
  await person.callback(await person.authorize(location));
  const { location: finish = '' } = await person.waitForEnd();
  const openid = claims?.['wechat_openid'];
  t.is((await service.callAs(enterprise, 'DELETE', `/v1/bindings/${openid}`)).status, 204);
  const back = await follow(person, finish, service.publicUrl);
  t.is(new URL(back.location).searchParams.get('error'), 'access_denied', back.location);
});

test('a code that comes twice takes back what it was redeemed for', async (t) => {
  const one = await loggedIn();
  const tokens = await redeem(one.client, one.begun, one.back);
  t.is(await me({ ...one, tokens }), 200);
  t.is(await refusal(redeem(one.client, one.begun, one.back)), 'invalid_grant');
  t.is(await me({ ...one, tokens }), 'invalid_token');
});

for (const [what, change] of [
  ['that is removed', (path: string) => service.operate('DELETE', path)],
  [
    'that is made anew',
    async (path: string) => {
      const { json } = await service.operate('GET', path);
      await service.operate('DELETE', path);
      return service.operate('PUT', path, json());
    },
  ],
] as const) {
  test(`of a client ${what}, no code and no token is good any more`, async (t) => {
    const one = await loggedIn({ token_endpoint_auth_method: 'client_secret_post' });
    t.true((await change(`/v1/clients/${one.client.clientId}`)).status < 300);
    await until(async () => (await me(one)) === 'invalid_token');
    t.regex(await refusal(redeem(one.client, one.begun, one.back)), /invalid_(client|grant)/);
  });
}

test('an enterprise that is taken from a client is served no more', async (t) => {
  const one = await loggedIn();
  const other = await service.seedEnterprise();
  await service.operate('PUT', `/v1/clients/${one.client.clientId}`, { ent_ids: [other.entId] });
  await until(async () => (await me(one)) === 'invalid_token');
  t.is(await refusal(redeem(one.client, one.begun, one.back)), 'invalid_grant');
});

test('the people of an enterprise that is removed are nobody’s', async (t) => {
  const one = await loggedIn();
  await service.operate('DELETE', `/v1/enterprises/${one.enterprise.entId}`);
  await until(async () => (await me(one)) === 'invalid_token');
  t.is(await refusal(redeem(one.client, one.begun, one.back)), 'invalid_grant');
  await until(async () => {
    const { json } = await service.operate('GET', `/v1/clients/${one.client.clientId}`);
    return json().ent_ids.length === 0;
  });
});

test('a redirect_uri that is taken out is none any more, and a new secret is one at once', async (t) => {
  const one = await loggedIn();
  const path = `/v1/clients/${one.client.clientId}`;
  const { json } = await service.operate('POST', `${path}/rotate-secret`, { keep_old_for: 600 });
  const renewed = { ...one.client, config: await reconfigured(one.client, json().client_secret) };
  await until(async () => (await refusal(redeem(renewed, one.begun, one.back))) === 'served');
  t.is(
    await refusal(redeem(one.client, one.begun, one.back)),
    'invalid_grant',
    'the old secret still passes',
  );
  await service.operate('POST', `${path}/rotate-secret`);
  await until(async () => (await refusal(redeem(one.client, one.begun, one.back))) === 'invalid_client');

  await service.operate('PUT', path, { redirect_uris: ['https://host.example/another'] });
  await until(async () => {
    const { url } = await beginAt(one.client);
    return (await follow(one.person, url.href, service.publicUrl)).status === 400;
  });
  t.pass();
});

const reconfigured = ({ clientId }: OidcClient, secret: string) =>
  openid.discovery(
    new URL(`${service.publicUrl}/oidc`),
    clientId,
    undefined,
    openid.ClientSecretBasic(secret),
    {
      execute: [openid.allowInsecureRequests],
    },
  );

test('who guesses the secret of a client is told to wait, and its owner is not', async (t) => {
  const { client, begun, back } = await loggedIn();
  const other = await loggedIn();
  const guess = async (secret: string, clientId = client.clientId) => {
    const answer = await fetch(`${service.publicUrl}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'x',
        redirect_uri: 'https://x.example/',
      }),
    });
    return { status: answer.status, wait: Number(answer.headers.get('retry-after')) };
  };
  for (let n = 0; n < 10; n += 1) t.is((await guess(`wrong-${n}`)).status, 401);
  const late = await guess('wrong-again');
  t.is(late.status, 429);
  t.true(late.wait > 0 && late.wait <= 60, String(late.wait));
  t.is((await guess('wrong', other.client.clientId)).status, 401);
  t.truthy((await redeem(client, begun, back)).claims());
  const lines = service.logs().map((line) => JSON.parse(line));
  t.true(lines.some(({ msg, client_id }) => msg === 'credential refused' && client_id === client.clientId));
});

const createKeys = () =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);

test('a wrong assertion counts like a wrong secret, and a right one always passes', async (t) => {
  const [own, other] = [await createKeys(), await createKeys()];
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', own.publicKey);
  const client = await withOidcClient(service, [await service.seedEnterprise()], {
    form: {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kty, crv, x, y, kid: 'k', alg: 'ES256' }] },
    },
    auth: () => openid.PrivateKeyJwt({ key: own.privateKey, kid: 'k' }),
  });
  const forged = openid.PrivateKeyJwt({ key: other.privateKey, kid: 'k' });
  const guesser = new openid.Configuration(client.config.serverMetadata(), client.clientId, {}, forged);
  openid.allowInsecureRequests(guesser);
  const guess = async () => {
    const answer = openid.genericGrantRequest(guesser, 'authorization_code', {
      code: 'x',
      redirect_uri: 'https://x.example/',
    });
    const { status, error, response } = await answer.catch((refused) => refused);
    return { told: `${status} ${error}`, wait: Number(response.headers.get('retry-after')) };
  };
  for (let n = 0; n < 10; n += 1) t.is((await guess()).told, '401 invalid_client');
  const late = await guess();
  t.is(late.told, '429 too_many_requests');
  t.true(late.wait > 0 && late.wait <= 60, String(late.wait));
  const begun = await beginAt(client);
  t.truthy((await redeem(client, begun, await logIn(service, service.person(), begun))).claims());
  const lines = service.logs().map((line) => JSON.parse(line));
  t.true(lines.some(({ msg, client_id }) => msg === 'credential refused' && client_id === client.clientId));
});
