import test from 'ava';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;
const scopeIn = (authorizeUrl = '') => new URL(authorizeUrl).searchParams.get('scope');

test('an unknown person is sent on to snsapi_userinfo at once, in the same login', async (t) => {
  const { entId, appid } = await service.seedEnterprise({ scope: 'base-first' });
  const person = service.person();
  const authorizeUrl = await person.start(entId);
  t.is(scopeIn(authorizeUrl), 'snsapi_base');
  await person.callback(await person.authorize(authorizeUrl));
  const view = await person.waitForEnd();
  t.like(view, { status: 'reauthorize', retry_after_ms: 0 });
  t.is(scopeIn(view.location), 'snsapi_userinfo');
  t.is(control.calls({ appid, endpoint: 'userinfo' }).calls.length, 0);
  await person.callback(await person.authorize(view.location ?? ''));
  t.is((await person.waitForEnd()).status, 'ready');
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 1);
});

test('a known person is logged in with one call and nothing to consent to, nickname and all', async (t) => {
  const enterprise = await service.seedEnterprise({ scope: 'base-first' });
  const { entId, appid } = enterprise;
  const person = service.person();
  t.is((await person.login(entId)).reauthorizations, 1);
  const { next } = control.calls();
  const end = await person.login(entId);
  t.like(end, { status: 'ready', reauthorizations: 0 });
  const { calls } = control.calls({ since: next, appid });
  t.deepEqual(
    calls.map(({ endpoint }) => endpoint),
    ['authorize', 'access_token'],
  );
  const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: end.ticket });
  t.like(redeemed.json(), { created: false, nickname: control.person(person.name).nickname });
});

test('a person the host has yet to bind is asked for the profile, then bound', async (t) => {
  const enterprise = await service.seedEnterprise({ scope: 'base-first', unbound: 'bind' });
  const person = service.person();
  const end = await person.login(enterprise.entId);
  t.like(end, { status: 'bind', reauthorizations: 1 });
  const json = { bind_ticket: end.ticket, user_id: 'user-7' };
  t.is((await service.callAs(enterprise, 'POST', '/v1/bindings', json)).status, 200);
  t.like(await person.login(enterprise.entId), { status: 'ready', reauthorizations: 0 });
});

test('a code lost on the silent round is fetched anew silently, and the profile asked for after it', async (t) => {
  const { entId } = await service.seedEnterprise({ scope: 'base-first' });
  const person = service.person();
  control.addFault({ kind: 'error', errcode: 40163, person: person.name, count: 1 });
  await person.callback(await person.authorize(await person.start(entId)));
  const lost = await person.waitForEnd();
  t.is(scopeIn(lost.location), 'snsapi_base');
  await person.callback(await person.authorize(lost.location ?? ''));
  t.is(scopeIn((await person.waitForEnd()).location), 'snsapi_userinfo');
});

test('the silent round’s other code, however late it comes, neither ends the login nor stands before the asked one', async (t) => {
  const { entId } = await service.seedEnterprise({ scope: 'base-first' });
  const person = service.person();
  const silently = await person.start(entId);
  const [first, second] = [await person.authorize(silently), await person.authorize(silently)];
  await person.callback(first);
  const asked = (await person.waitForEnd()).location ?? '';
  t.is(scopeIn(asked), 'snsapi_userinfo');
  await person.callback(second);
  const again = await person.waitForEnd();
  t.is(again.status, 'reauthorize');
  t.is(scopeIn(again.location), 'snsapi_userinfo');
  await person.callback(await person.authorize(asked));
  t.is((await person.waitForEnd()).status, 'ready');
});
