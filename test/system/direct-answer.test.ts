import test from 'ava';
import { ticketIn } from '#test/support/person.ts';
import { type Service, withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

// So long that a busy machine gets there, and no more than the product takes.
const holdMs = 5_000;
const service = await sharedService({ env: { CALLBACK_HOLD_MS: String(holdMs) } });
const { control } = service.simulator;
const exchangesOf = (callbackUrl: string) =>
  control.calls({ endpoint: 'access_token', code: new URL(callbackUrl).searchParams.get('code') ?? '' })
    .calls;

async function someone({ at = service, ...form }: { at?: Service; unbound?: 'create' | 'bind' } = {}) {
  const enterprise = await at.seedEnterprise(form);
  const person = at.person();
  const callbackUrl = await person.authorize(
    await person.start(enterprise.entId, { target: '/chat/7', state: 'state-of-the-host' }),
  );
  return { enterprise, person, callbackUrl, page: `/logins/${person.loginId}` };
}

test('a login that is ready in time leads from the callback straight to the host', async (t) => {
  const { enterprise, person, callbackUrl } = await someone();
  const { status, location, headers } = await person.callback(callbackUrl);
  t.is(status, 303);
  const url = new URL(location);
  t.is(url.origin + url.pathname, enterprise.loginUrl);
  t.deepEqual(
    ['ent_id', 'target', 'state'].map((name) => url.searchParams.get(name)),
    [enterprise.entId, '/chat/7', 'state-of-the-host'],
  );
  t.like(headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const told = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: ticketIn(location) });
  t.is(told.status, 200);
});

test('so does a first login of an enterprise that binds by itself', async (t) => {
  const { person, callbackUrl } = await someone({ unbound: 'bind' });
  const { location } = await person.callback(callbackUrl);
  t.true(location.startsWith('https://host.example/bind?'));
  t.truthy(new URL(location).searchParams.get('bind_ticket'));
});

test('who calls back again is led to the same place, until the ticket is used', async (t) => {
  const { enterprise, person, callbackUrl, page } = await someone();
  const { location } = await person.callback(callbackUrl);
  t.is((await person.callback(callbackUrl)).location, location);
  t.is((await person.poll()).location, location);
  await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: ticketIn(location) });
  t.is((await person.callback(callbackUrl)).location, page);
  t.is(exchangesOf(callbackUrl).length, 1);
});

test('two callbacks at once have one end and one exchange', async (t) => {
  const { person, callbackUrl } = await someone();
  const answers = await Promise.all([1, 2, 3, 4].map(() => person.callback(callbackUrl)));
  const locations = new Set(answers.map(({ location }) => location));
  t.is(locations.size, 1);
  t.truthy(ticketIn([...locations][0]));
  t.is(exchangesOf(callbackUrl).length, 1);
});

test('of one login four callbacks wait at once, any more are led to the page', async (t) => {
  const { person, callbackUrl, page } = await someone();
  control.addFault({ kind: 'latency', ms: 2_000, person: person.name, endpoint: 'access_token' });
  const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => person.callback(callbackUrl)));
  const direct = answers.filter(({ location }) => ticketIn(location) !== '');
  t.is(direct.length, 4);
  t.is(answers.filter(({ location }) => location === page).length, 3);
});

test('any other end is told by the page', async (t) => {
  const { person, callbackUrl, page } = await someone();
  control.addFault({ kind: 'error', errcode: 40029, person: person.name, endpoint: 'access_token' });
  t.is((await person.callback(callbackUrl)).location, page);
  t.is((await person.poll()).status, 'reauthorize');
});

test('a login that takes longer is led to the page, where its end is told', async (t) => {
  const { person, callbackUrl, page } = await someone();
  control.addFault({ kind: 'latency', ms: holdMs + 1_000, person: person.name, endpoint: 'userinfo' });
  t.is((await person.callback(callbackUrl)).location, page);
  t.is((await person.waitForEnd()).status, 'ready');
});

test('another browser that brings the same code is told nothing of its end', async (t) => {
  const { person, callbackUrl } = await someone();
  const { location } = await person.callback(callbackUrl);
  t.truthy(ticketIn(location));
  const other = await service.person().callback(callbackUrl);
  t.is(ticketIn(other.location), '');
});

test('who is unbound meanwhile is led to the page', async (t) => {
  const { enterprise, person, callbackUrl, page } = await someone();
  const { location } = await person.callback(callbackUrl);
  const { openid } = (
    await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: ticketIn(location) })
  ).json();
  const again = await person.authorize(await person.start(enterprise.entId));
  t.truthy(ticketIn((await person.callback(again)).location));
  await service.callAs(enterprise, 'DELETE', `/v1/bindings/${openid}`);
  await until(async () => (await person.callback(again)).location === `/logins/${person.loginId}`);
  t.is((await person.callback(callbackUrl)).location, page);
});

test('with 0 every callback leads to the page at once, also that of a login that is ready', async (t) => {
  const never = await withService(t, { env: { CALLBACK_HOLD_MS: '0' } });
  const { person, callbackUrl, page } = await someone({ at: never });
  t.is((await person.callback(callbackUrl)).location, page);
  t.is((await person.waitForEnd()).status, 'ready');
  t.is((await person.callback(callbackUrl)).location, page);
});
