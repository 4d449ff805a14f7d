import test from 'ava';
import { digest } from '#models/sealing.ts';
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

test('a login that begins anew after a lost cookie is still bound; one that another browser confirms is not', async (t) => {
  const enterprise = await service.seedEnterprise();
  const person = service.person();
  const { location } = await person.visit(startUrl({ ent_id: enterprise.entId, ...bound }));
  const lostUrl = await person.authorize(location);
  person.cookies.clear();
  const restart = await person.visit(lostUrl);
  const again = await person.authorize(restart.location);
  const other = service.person();
  const [, action = ''] = /action="([^"]+)"/.exec((await other.visit(again)).text) ?? [];

  await person.callback(await person.authorize(restart.location, { as: 'somebody else' }));
  const { location: end } = await person.waitForEnd();
  t.is(new URL(end ?? '').searchParams.get('state'), bound.state);
  t.is((await other.visit(action, { method: 'POST' })).status, 404);

  const second = service.person();
  const { location: second1 } = await second.visit(startUrl({ ent_id: enterprise.entId, ...bound }));
  second.cookies.clear();
  const trap = await second.visit(`/wechat/callback?code=junk&state=${idIn(second1)}`);
  const victim = service.person();
  const page = await victim.visit(await victim.authorize(trap.location));
  const [, yes = ''] = /action="([^"]+)"/.exec(page.text) ?? [];
  await victim.visit(yes, { method: 'POST' });
  const told = await victim.waitForEnd();
  t.is(told.status, 'ready');
  t.is(new URL(told.location ?? '').searchParams.get('state'), null);
  const ticket = ticketIn(told.location);
  const redeem = (body: object) =>
    service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket, ...body });
  t.is((await redeem({ code_verifier: verifier })).json().error, 'invalid_grant');
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

test('an enterprise that requires a state refuses a link without one', async (t) => {
  const { entId } = await service.seedEnterprise({ require_state: true });
  const person = service.person();
  t.is((await person.visit(startUrl({ ent_id: entId }))).status, 400);
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
