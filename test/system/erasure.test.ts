import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const ticketOf = (location = '') => new URL(location).searchParams.get('ticket') ?? '';
const redeem = async (enterprise: Parameters<typeof service.callAs>[0], location?: string) =>
  service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: ticketOf(location) });
const left = async (entId: string) => [
  await service.mongo.collection('bindings').countDocuments({ entId }),
  await service.mongo.collection('login_history').countDocuments({ entId }),
];

test('a removed enterprise’s people are gone, and one of the same ent_id inherits nobody', async (t) => {
  const { appid } = await service.seedAccount();
  const former = await service.seedEnterprise({ appid });
  const { entId } = former;
  const person = service.person();
  const first = await person.login(entId);
  const { user_id: before } = (await redeem(former, first.location)).json();
  await until(async () => (await left(entId))[1] === 1);

  const answer = await service.operate('DELETE', `/v1/enterprises/${entId}`);
  t.is(answer.status, 200);
  t.deepEqual(answer.json().erased, { bindings: 1, history: 1 });
  const next = await service.seedEnterprise({ entId, appid });
  t.deepEqual(await left(entId), [0, 0]);
  t.deepEqual((await service.callAs(next, 'GET', `/v1/bindings?user_id=${before}`)).json().bindings, []);

  const again = await until(async () => {
    const end = await person.login(entId);
    return end.status === 'ready' && end;
  });
  const { user_id: after, created } = (await redeem(next, again.location)).json();
  t.true(created);
  t.not(after, before);
  t.is((await redeem(former, again.location)).status, 401);
});

test('a ticket that was not redeemed dies with its enterprise, also for the next of that ent_id', async (t) => {
  const { appid } = await service.seedAccount();
  const { entId } = await service.seedEnterprise({ appid });
  const end = await service.person().login(entId);
  await service.operate('DELETE', `/v1/enterprises/${entId}`);
  const next = await service.seedEnterprise({ entId, appid });
  // The new key is known within 5 s.
  let refused = await redeem(next, end.location);
  for (let tries = 0; refused.status === 401 && tries < 10; tries += 1) {
    await sleep(1_000);
    refused = await redeem(next, end.location);
  }
  t.is(refused.status, 400);
  t.is(refused.json().error, 'invalid_grant');
});

/** Removes it, makes one of the same ent_id, and waits until every process knows the new one. */
async function makeAnew({ entId, appid }: { entId: string; appid: string }, form: object = {}) {
  await service.operate('DELETE', `/v1/enterprises/${entId}`);
  const next = await service.seedEnterprise({ entId, appid, ...form });
  // As long as a change may take; what a worker remembers cannot be seen from outside.
  await sleep(5_000);
  return next;
}

test('a login that was under way for a former enterprise of the ent_id is refused, and binds nobody', async (t) => {
  const { appid } = await service.seedAccount();
  const { entId } = await service.seedEnterprise({ appid });
  const late = service.person();
  const callback = await late.authorize(await late.start(entId));
  await makeAnew({ entId, appid });
  await late.visit(callback);
  t.like(await late.waitForEnd(), { status: 'failed', reason: 'refused' });
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 0);
  t.like(await service.person().login(entId), { status: 'ready' });
});

test('a bind ticket of a former enterprise of the ent_id is worth nothing', async (t) => {
  const { appid } = await service.seedAccount();
  const { entId } = await service.seedEnterprise({ appid, unbound: 'bind' });
  const { location = '' } = await service.person().login(entId);
  const bindTicket = new URL(location).searchParams.get('bind_ticket') ?? '';
  const next = await makeAnew({ entId, appid }, { unbound: 'bind' });
  for (const [path, more] of [
    ['/v1/bind-tickets/look', {}],
    ['/v1/bindings', { user_id: 'u_of_the_next' }],
  ] as const) {
    const answer = await service.callAs(next, 'POST', path, { bind_ticket: bindTicket, ...more });
    t.like(answer, { status: 400 }, path);
    t.is(answer.json().error, 'invalid_grant');
  }
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 0);
});

test('a host erases all of one user', async (t) => {
  const enterprise = await service.seedEnterprise();
  const end = await service.person().login(enterprise.entId);
  const { user_id: userId } = (await redeem(enterprise, end.location)).json();
  await until(async () => (await left(enterprise.entId))[1] === 1);
  const path = `/v1/bindings?user_id=${userId}`;
  t.is((await service.callAs(enterprise, 'DELETE', path)).status, 204);
  t.deepEqual(await left(enterprise.entId), [0, 0]);
  t.is((await service.callAs(enterprise, 'DELETE', path)).status, 404);
  for (const bad of [
    '/v1/bindings',
    '/v1/bindings?user_id=',
    '/v1/bindings?user_id=a&user_id=b',
    // Whoever means one WeChat of several must not erase them all.
    `${path}&openid=o1`,
  ]) {
    t.is((await service.callAs(enterprise, 'DELETE', bad)).status, 400, bad);
  }
});

test('so does an operator', async (t) => {
  const { entId } = await service.seedEnterprise();
  await service.person().login(entId);
  const binding = await service.mongo.collection('bindings').findOne({ entId });
  await until(async () => (await left(entId))[1] === 1);
  const path = `/v1/enterprises/${entId}/bindings?user_id=${binding?.['userId']}`;
  const answer = await service.operate('DELETE', path);
  t.is(answer.status, 200);
  t.deepEqual(answer.json(), { ent_id: entId, erased: { bindings: 1, history: 1 } });
  t.deepEqual(await left(entId), [0, 0]);
  t.is((await service.operate('DELETE', `/v1/enterprises/${entId}/bindings`)).status, 400);
});
