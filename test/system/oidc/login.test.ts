import test from 'ava';
import * as openid from 'openid-client';
import { digest } from '#operations/digest.ts';
import { beginAt, follow, logIn, redeem, redirectUri, withOidcClient } from '#test/support/oidc-client.ts';
import { sharedService } from '#test/system/shared-service.ts';

const { privateKey, publicKey } = await crypto.subtle.generateKey(
  { name: 'ECDSA', namedCurve: 'P-256' },
  true,
  ['sign', 'verify'],
);
const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
const publicJwk = { kty, crv, x, y, kid: 'of-the-host', alg: 'ES256' };
const service = await sharedService();

for (const alg of ['RS256', 'ES256']) {
  test(`a stock client logs a person in (${alg}), and knows the same one the next time`, async (t) => {
    const enterprise = await service.seedEnterprise();
    const form = { id_token_signed_response_alg: alg };
    const client = await withOidcClient(service, [enterprise], { form });
    const subjects = new Set<string>();
    for (const isFirst of [true, false]) {
      const person = service.person({ name: `same-${alg}` });
      const begun = await beginAt(client);
      const tokens = await redeem(client, begun, await logIn(service, person, begun));
      const claims = tokens.claims();
      t.like(claims, {
        iss: `${service.publicUrl}/oidc`,
        aud: client.clientId,
        ent_id: enterprise.entId,
        amr: ['wechat_oa'],
        acr: 'wechat',
        created: isFirst,
        wechat_appid: enterprise.appid,
        sub: `${enterprise.entId}:${claims?.['user_id']}`,
        preferred_username: claims?.['user_id'],
      });
      for (const claim of ['name', 'wechat_openid']) t.truthy(claims?.[claim]);
      t.true(Math.abs(Number(claims?.['auth_time']) - Date.now() / 1_000) < 60);
      // It would outlive an unbinding.
      t.deepEqual([tokens.expires_in, tokens.refresh_token], [600, undefined]);
      const told = await openid.fetchUserInfo(client.config, tokens.access_token, String(claims?.sub));
      t.is(told['user_id'], claims?.['user_id']);
      subjects.add(String(claims?.sub));
    }
    t.is(subjects.size, 1);
  });
}

for (const [method, form, auth] of [
  ['client_secret_post', {}, openid.ClientSecretPost],
  ['none', {}, () => openid.None()],
  [
    'private_key_jwt',
    { jwks: { keys: [publicJwk] } },
    () => openid.PrivateKeyJwt({ key: privateKey, kid: 'of-the-host' }),
  ],
] as const) {
  test(`a client proves itself by ${method}`, async (t) => {
    const enterprise = await service.seedEnterprise();
    const options = { form: { ...form, token_endpoint_auth_method: method }, auth };
    const client = await withOidcClient(service, [enterprise], options);
    const begun = await beginAt(client);
    const back = await logIn(service, service.person(), begun);
    t.is((await redeem(client, begun, back)).claims()?.['ent_id'], enterprise.entId);
  });
}

test('a request that was pushed before is carried out, once', async (t) => {
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const begun = await beginAt(client);
  const url = await openid.buildAuthorizationUrlWithPAR(client.config, begun.url.searchParams);
  t.deepEqual([...url.searchParams.keys()].toSorted(), ['client_id', 'request_uri']);
  t.truthy((await redeem(client, begun, await logIn(service, service.person(), { ...begun, url }))).claims());
  const again = await follow(service.person(), url.href, service.publicUrl);
  t.deepEqual([again.status, again.location], [400, '']);
});

test('a client of several enterprises says which one; one that is not its own is refused', async (t) => {
  const [one, other, foreign] = [
    await service.seedEnterprise(),
    await service.seedEnterprise(),
    await service.seedEnterprise(),
  ];
  const client = await withOidcClient(service, [one, other]);
  const begun = await beginAt(client, { ent_id: other.entId });
  const tokens = await redeem(client, begun, await logIn(service, service.person(), begun));
  t.is(tokens.claims()?.['ent_id'], other.entId);
  for (const more of [{}, { ent_id: foreign.entId }, { ent_id: 'nobody' }]) {
    const refused = await beginAt(client, more as Record<string, string>);
    const { location } = await follow(service.person(), refused.url.href, service.publicUrl);
    t.is(new URL(location).searchParams.get('error'), 'invalid_request');
  }
});

test('a session serves the same enterprise for a while: without a question, and only then', async (t) => {
  const [one, other] = [await service.seedEnterprise(), await service.seedEnterprise()];
  const client = await withOidcClient(service, [one, other]);
  const person = service.person();
  const silently = async (entId: string, more: Record<string, string> = { prompt: 'none' }) => {
    const begun = await beginAt(client, { ent_id: entId, ...more });
    const { location } = await follow(person, begun.url.href, service.publicUrl);
    return { begun, back: new URL(location) };
  };
  const errorIn = ({ back }: { back: URL }) => back.searchParams.get('error');
  t.is(errorIn(await silently(one.entId)), 'login_required');
  const first = await beginAt(client, { ent_id: one.entId });
  const { sub } = (await redeem(client, first, await logIn(service, person, first))).claims() ?? {};

  const { begun, back } = await silently(one.entId);
  const again = (await redeem(client, begun, back)).claims();
  t.is(again?.sub, sub);
  // When WeChat said who it is, not when the session was used.
  t.true(Number(again?.['auth_time']) <= Date.now() / 1_000);
  t.is(errorIn(await silently(other.entId)), 'login_required');
  const wanted = await silently(other.entId, {});
  t.regex(wanted.back.href, /\/connect\/oauth2\/authorize/);
  const asked = await silently(one.entId, { prompt: 'login' });
  t.regex(asked.back.href, /\/connect\/oauth2\/authorize/);
  const unheard = await silently(one.entId, { prompt: 'consent' });
  t.is(errorIn(unheard), 'invalid_request');
});

test('a login that was begun in a session ends well though the session has ended meanwhile', async (t) => {
  const { publicUrl, findKeys, redis } = service;
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const person = service.person({ name: 'outlives-its-session' });
  const first = await beginAt(client);
  const tokens = await redeem(client, first, await logIn(service, person, first));
  const begun = await beginAt(client, { prompt: 'login' });
  const toWeChat = await follow(person, begun.url.href, publicUrl);
  const callback = await person.callback(await person.authorize(toWeChat.location));
  const isDirect = callback.location.includes('/finish');
  const end = isDirect ? callback : await person.waitForEnd();
  const session = `:oidc:Session:${digest(person.cookies.get('oidc-session') ?? '')}`;
  const keys = await findKeys(session);
  t.is(keys.length, 1);
  await redis.del(...keys);

  const back = await follow(person, end.location ?? '', publicUrl);
  t.true(back.location.startsWith(redirectUri), `${back.status} ${back.text.slice(0, 200)}`);
  const again = await redeem(client, begun, new URL(back.location));
  t.is(again.claims()?.sub, tokens.claims()?.sub);
});

test('whom nobody is bound to goes to the host’s page first, and from there to its client', async (t) => {
  const enterprise = await service.seedEnterprise({ unbound: 'bind' });
  const client = await withOidcClient(service, [enterprise]);
  const person = service.person();
  const begun = await beginAt(client);
  const { location } = await follow(person, begun.url.href, service.publicUrl);
  await person.callback(await person.authorize(location));
  const { status, location: bindUrl = '' } = await person.waitForEnd();
  t.is(status, 'bind');
  const bindTicket = new URL(bindUrl).searchParams.get('bind_ticket');
  const bound = await service.callAs(enterprise, 'POST', '/v1/bindings', {
    bind_ticket: bindTicket,
    user_id: 'known-to-the-host',
  });
  t.is(bound.status, 200, bound.text);
  const back = await follow(person, bound.json().continue_url, service.publicUrl);
  const tokens = await redeem(client, begun, new URL(back.location));
  t.like(tokens.claims(), { user_id: 'known-to-the-host', sub: `${enterprise.entId}:known-to-the-host` });
});

test('a broadcast link begins at the host, which is told of the issuer that its client knows', async (t) => {
  const begin = 'https://host.example/begin';
  const enterprise = await service.seedEnterprise({ initiate_login_uri: begin });
  const client = await withOidcClient(service, [enterprise]);
  const person = service.person();
  const link = `/wechatTransfer?ent_id=${enterprise.entId}&target=%2Fchat%2F7`;
  const asked = new URL((await person.visit(link)).location);
  t.is(asked.origin + asked.pathname, begin);
  t.is(asked.searchParams.get('iss'), client.config.serverMetadata().issuer);
  t.is(asked.searchParams.get('target_link_uri'), '/chat/7');
  const begun = await beginAt(client, { ent_id: asked.searchParams.get('ent_id') ?? '' });
  t.truthy((await redeem(client, begun, await logIn(service, person, begun))).claims());
});

test('a browser that loses our cookie in WeChat begins anew by itself, and still comes back to the client', async (t) => {
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const person = service.person();
  const begun = await beginAt(client);
  const { location } = await follow(person, begun.url.href, service.publicUrl);
  t.true(person.cookies.delete('wechat-login'));
  const again = await person.callback(await person.authorize(location));
  t.is(again.status, 302);
  await person.callback(await person.authorize(again.location));
  const { location: finish = '' } = await person.waitForEnd();
  const back = await follow(person, finish, service.publicUrl);
  t.truthy((await redeem(client, begun, new URL(back.location))).claims());
});

test('a browser that lost the interaction’s cookie is told where to begin anew', async (t) => {
  const begin = 'https://host.example/begin?from=page';
  const enterprise = await service.seedEnterprise();
  const client = await withOidcClient(service, [enterprise], { form: { initiate_login_uri: begin } });
  const person = service.person();
  const begun = await beginAt(client);
  const { location } = await follow(person, begun.url.href, service.publicUrl);
  person.cookies.delete('oidc-interaction');
  await person.callback(await person.authorize(location));
  const { location: finish = '' } = await person.waitForEnd();
  const page = await person.visit(finish);
  t.is(page.status, 400);
  const [, href = ''] = /class="button" href="([^"]+)"/.exec(page.text) ?? [];
  const url = new URL(href.replaceAll('&amp;', '&'));
  t.is(url.origin + url.pathname, 'https://host.example/begin');
  t.like(Object.fromEntries(url.searchParams), {
    from: 'page',
    iss: `${service.publicUrl}/oidc`,
    ent_id: enterprise.entId,
  });
});

test('a person who says no, and gives up, comes back to the client with that word', async (t) => {
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const person = service.person();
  const begun = await beginAt(client);
  const { location } = await follow(person, begun.url.href, service.publicUrl);
  const state = new URL(location).searchParams.get('state');
  const page = await person.visit(`/wechat/callback?state=${state}`);
  t.is(page.status, 400);
  const [again, back] = [...page.text.matchAll(/href="(\/oidc\/[^"]+)"/g)].map(([, path = '']) => path);
  t.regex(again ?? '', /^\/oidc\/interaction\/[\w-]+$/);
  t.regex((await follow(person, again ?? '', service.publicUrl)).location, /\/connect\/oauth2\/authorize/);
  const end = new URL((await follow(person, back ?? '', service.publicUrl)).location);
  t.is(end.origin + end.pathname, redirectUri);
  t.like(Object.fromEntries(end.searchParams), {
    error: 'access_denied',
    state: begun.state,
    iss: `${service.publicUrl}/oidc`,
  });
});

test('what a client’s id token is to be for another request is refused by the client', async (t) => {
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const begun = await beginAt(client);
  const back = await logIn(service, service.person(), begun);
  await t.throwsAsync(redeem(client, { ...begun, nonce: 'of-another-request' }, back), {
    code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  });
});

test('ui_locales chooses the language of our pages', async (t) => {
  const client = await withOidcClient(service, [await service.seedEnterprise({ consent_page: true })]);
  for (const [wish, lang] of [
    ['fr en-GB', 'en'],
    ['zh-Hant', 'zh-CN'],
  ] as const) {
    const begun = await beginAt(client, { ui_locales: wish, login_hint: 'somebody' });
    const { text } = await follow(service.person(), begun.url.href, service.publicUrl);
    t.true(text.includes(`<html lang="${lang}"`), text.slice(0, 200));
  }
});
