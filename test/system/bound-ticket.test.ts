import test from 'ava';
import { digest } from '#operations/digest.ts';
import { ticketIn } from '#test/support/person.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const verifier = 'the-verifier-that-only-the-session-of-one-browser-has';
const bound = { state: 'state-of-the-host', code_challenge: digest(verifier), code_challenge_method: 'S256' };
const startUrl = (query: Record<string, string>) => `/wechatTransfer?${new URLSearchParams(query)}`;
const idIn = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state') ?? '';

/** Goes through a login that the host began in this browser; answers where it ends. */
async function goThrough(entId: string, more: Record<string, string> = {}) {
  const person = service.person();
  const { location } = await person.visit(startUrl({ ent_id: entId, ...bound, ...more }));
  await person.callback(await person.authorize(location));
  const { location: end = '' } = await person.waitForEnd();
  return { person, end: new URL(end), ticket: ticketIn(end) };
}

for (const unbound of ['create', 'bind'] as const) {
  test(`a forwarded ${unbound === 'create' ? 'ticket' : 'bind ticket'} is worth nothing at a host that bound the start`, async (t) => {
    const enterprise = await service.seedEnterprise({ unbound });
    const { end, ticket } = await goThrough(enterprise.entId);
    const take = (codeVerifier?: string) =>
      unbound === 'create'
        ? service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket, code_verifier: codeVerifier })
        : service.callAs(enterprise, 'POST', '/v1/bindings', {
            bind_ticket: ticket,
            user_id: 'victim',
            code_verifier: codeVerifier,
          });
    t.is(end.searchParams.get('state'), bound.state);
    // The victim's browser has a session, and so a verifier, of its own; or the host's page has none at all.
    for (const other of ['the-verifier-of-the-victim’s-own-session-at-the-host', undefined]) {
      const answer = await take(other);
      t.is(answer.status, 400);
      t.is(answer.json().error, 'invalid_grant');
    }
    const { status, text } = await take(verifier);
    t.is(status, 200, text);
    t.is(JSON.parse(text).state, bound.state);
  });
}

test('whoever takes the challenge out of the link gets a ticket that no verifier opens', async (t) => {
  const enterprise = await service.seedEnterprise();
  const person = service.person();
  const { ticket } = await person.login(enterprise.entId);
  const redeem = (body: object) =>
    service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket, ...body });
  t.is((await redeem({ code_verifier: verifier })).json().error, 'invalid_grant');
  t.is((await redeem({})).status, 200);
});

/** A login that the host began in one browser. Its id is in WeChat's address, so whoever sees that may bring a code to it. */
async function boundLogin(entId: string) {
  const owner = service.person();
  const { location } = await owner.visit(startUrl({ ent_id: entId, target: '/chat/7', ...bound }));
  return { owner, authorizeUrl: location, trap: `/wechat/callback?code=junk&state=${idIn(location)}` };
}
const secrets = new RegExp(`${bound.state}|${bound.code_challenge}`);

test('a login that begins anew in another browser has nothing of what the host gave to the first', async (t) => {
  const enterprise = await service.seedEnterprise({ unbound: 'bind', bind_url: 'https://host.example/bind' });
  const { owner, authorizeUrl, trap } = await boundLogin(enterprise.entId);
  const stranger = service.person();
  const restart = await stranger.visit(trap);
  t.is(restart.status, 302);
  await stranger.callback(await stranger.authorize(restart.location));
  const end = await stranger.waitForEnd();
  t.is(end.status, 'bind');
  // Else the stranger sends this address on, and the session of the browser that began takes it for its own.
  t.notRegex(end.location ?? '', secrets);
  const take = { bind_ticket: ticketIn(end.location), user_id: 'victim', code_verifier: verifier };
  t.is((await service.callAs(enterprise, 'POST', '/v1/bindings', take)).json().error, 'invalid_grant');

  await owner.callback(await owner.authorize(authorizeUrl));
  t.is(new URL((await owner.waitForEnd()).location ?? '').searchParams.get('state'), bound.state);
  // A login that is over tells no more.
  t.notRegex(JSON.stringify(await service.person().visit(trap)), secrets);
});

test('nor has one that another browser confirms', async (t) => {
  const enterprise = await service.seedEnterprise();
  const { owner, trap } = await boundLogin(enterprise.entId);
  owner.cookies.clear();
  const again = await owner.visit(trap);
  const victim = service.person();
  const page = await victim.visit(await victim.authorize(again.location));
  t.notRegex(page.text, secrets);
  const [, yes = ''] = /action="([^"]+)"/.exec(page.text) ?? [];
  await victim.visit(yes, { method: 'POST' });
  const told = await victim.waitForEnd();
  t.is(told.status, 'ready');
  t.notRegex(told.location ?? '', secrets);
  const take = { ticket: ticketIn(told.location), code_verifier: verifier };
  t.is((await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', take)).json().error, 'invalid_grant');
});

test('where the host begins every login it begins the one of another browser, too', async (t) => {
  const { entId } = await service.seedEnterprise({ initiate_login_uri: 'https://host.example/begin' });
  const { trap } = await boundLogin(entId);
  const other = service.person();
  await other.start((await service.seedEnterprise()).entId);
  const led = await other.visit(trap);
  t.is(led.status, 302);
  t.true(led.location.startsWith('https://host.example/begin?'));
  t.is(new URL(led.location).searchParams.get('target_link_uri'), '/chat/7');
  t.notRegex(led.location, secrets);
  const { location } = await other.visit(
    startUrl({ ent_id: entId, ...bound, state: 'state-of-this-browser' }),
  );
  await other.callback(await other.authorize(location));
  t.regex((await other.waitForEnd()).location ?? '', /state=state-of-this-browser/);

  // One that keeps no cookie would be sent round and round: it goes on by a tap.
  const page = await service.person().visit(trap);
  t.is(page.status, 404);
  t.regex(page.text, new RegExp(`href="/wechatTransfer\\?ent_id=${entId}&amp;target=%2Fchat%2F7`));
  t.notRegex(page.text, secrets);
});

test('where a state is required, and nobody can be asked for one, another browser is told to begin at the host', async (t) => {
  const { entId } = await service.seedEnterprise({ require_state: true });
  const { owner, authorizeUrl, trap } = await boundLogin(entId);
  const answer = await service.person().visit(trap);
  t.is(answer.status, 400);
  t.notRegex(answer.text, secrets);
  await owner.callback(await owner.authorize(authorizeUrl));
  t.is((await owner.waitForEnd()).status, 'ready');
});

test('a link without state is led to the host before anything is stored, and one with state never is', async (t) => {
  const { entId } = await service.seedEnterprise({
    initiate_login_uri: 'https://host.example/begin?from=wechat',
  });
  const person = service.person();
  const answer = await person.visit(startUrl({ ent_id: entId, target: '/chat/7', lang: 'en' }));
  t.is(answer.status, 302);
  const url = new URL(answer.location);
  t.is(url.origin + url.pathname, 'https://host.example/begin');
  t.deepEqual(Object.fromEntries(url.searchParams), {
    from: 'wechat',
    iss: `${service.publicUrl}/oidc`,
    ent_id: entId,
    target_link_uri: '/chat/7',
    lang: 'en',
  });
  t.is(answer.headers['set-cookie'], undefined);
  const begun = await person.visit(startUrl({ ent_id: entId, target: '/chat/7', ...bound }));
  t.true(begun.location.startsWith(`${service.simulator.url}/connect/oauth2/authorize?`));
});

test('an enterprise that requires a state refuses a link without one, in whatever browser', async (t) => {
  const { entId } = await service.seedEnterprise({ require_state: true });
  const person = service.person();
  t.is((await person.visit(startUrl({ ent_id: entId }))).status, 400);
  for (const agent of [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148',
    'Mozilla/5.0 (X11; Linux x86_64)',
  ]) {
    const headers = { 'user-agent': agent };
    t.is((await person.visit(startUrl({ ent_id: entId }), { headers })).status, 400, agent);
  }
  t.is((await person.visit(startUrl({ ent_id: entId, ...bound }))).status, 302);
});

const malformed: Record<string, string>[] = [
  { state: 'short' },
  { state: 'x'.repeat(129) },
  { state: 'with space' },
  { state: 'percent%' },
  { ...bound, code_challenge: 'x'.repeat(42) },
  { ...bound, code_challenge: `${'x'.repeat(42)}=` },
  { ...bound, code_challenge_method: 'plain' },
  { state: bound.state, code_challenge: bound.code_challenge },
  { state: bound.state, code_challenge_method: 'S256' },
];
for (const query of malformed) {
  test(`${JSON.stringify(query)} is refused`, async (t) => {
    const { entId } = await service.seedEnterprise();
    t.is((await service.person().visit(startUrl({ ent_id: entId, ...query }))).status, 400);
  });
}

test('the way back from a refusal begins the same login: target, language, state and challenge', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const query = { ent_id: entId, target: '/chat/7', lang: 'en', ...bound };
  const { location } = await person.visit(startUrl(query));
  const { text } = await person.visit(`/wechat/callback?state=${idIn(location)}`);
  const [, href = ''] = /href="(\/wechatTransfer[^"]+)"/.exec(text) ?? [];
  t.deepEqual(Object.fromEntries(new URLSearchParams(href.split('?')[1]?.replaceAll('&amp;', '&'))), query);
});
