import test from 'ava';
import { createLoginStore } from '#models/login/store.ts';
import { createTickets } from '#models/login/ticket.ts';
import type { Enterprise, EnterpriseForm } from '#test/support/seed-service.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { redis, prefix, sealer, callAs } = service;
const { control } = service.simulator;
const redeem = (enterprise: Enterprise, ticket: string) =>
  callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
const bind = (enterprise: Enterprise, bindTicket: string, userId: string) =>
  callAs(enterprise, 'POST', '/v1/bindings', { bind_ticket: bindTicket, user_id: userId });
/** The same records, looked at this much later. */
const ticketsIn = (clockOffsetMs: number) =>
  createTickets(createLoginStore({ redis, prefix, clockOffsetMs: () => clockOffsetMs }), sealer);

async function someone(form: EnterpriseForm = {}) {
  const enterprise = await service.seedEnterprise(form);
  const person = service.person();
  const end = await person.login(enterprise.entId, { target: '/chat/7' });
  const { openid } = control.person(person.name, enterprise.appid) as { openid: string };
  return { enterprise, person, openid, ...end };
}

test('a ticket tells the host who logged in, once', async (t) => {
  const { enterprise, person, ticket, openid } = await someone();
  const { nickname, headimgurl } = control.person(person.name);
  const answer = await redeem(enterprise, ticket);
  t.is(answer.status, 200);
  const { user_id: userId, authenticated_at: at, ...rest } = answer.json();
  t.deepEqual(rest, {
    ent_id: enterprise.entId,
    appid: enterprise.appid,
    openid,
    nickname,
    avatar_url: headimgurl,
    created: true,
    target: '/chat/7',
  });
  t.regex(userId, /^\S+$/);
  t.true(Math.abs(Date.now() - Date.parse(at)) < 60_000);
  t.like((await redeem(enterprise, ticket)).json(), { error: 'invalid_grant' });
});

test('of twenty that redeem one ticket at once one is answered', async (t) => {
  const { enterprise, ticket } = await someone();
  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(enterprise, ticket)));
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(400)]);
});

test('the same person is the same user next time, and another enterprise’s user is another', async (t) => {
  const { enterprise, person, ticket } = await someone();
  const sister = await service.seedEnterprise({ appid: enterprise.appid });
  const first = (await redeem(enterprise, ticket)).json();
  const second = (await redeem(enterprise, (await person.login(enterprise.entId)).ticket)).json();
  const other = (await redeem(sister, (await person.login(sister.entId)).ticket)).json();
  t.like(second, { user_id: first.user_id, openid: first.openid, created: false });
  t.not(other.user_id, first.user_id);
  t.true(other.created);
});

test('a unionid is kept and told only where the enterprise says so', async (t) => {
  const { appid } = await service.seedAccount({ wechat: { openPlatform: true } });
  const unionidIn = async (entId: string) =>
    (await service.mongo.collection('bindings').findOne({ entId }))?.['unionid'];

  const keeping = await someone({ appid, unionid: 'store' });
  const { unionid } = (await redeem(keeping.enterprise, keeping.ticket)).json();
  t.regex(unionid, /^o[\w-]{27,}$/);
  const { entId } = keeping.enterprise;
  t.is(await unionidIn(entId), unionid);

  const plain = await someone({ appid });
  t.false('unionid' in (await redeem(plain.enterprise, plain.ticket)).json());
  t.is(await unionidIn(plain.enterprise.entId), undefined);

  t.is((await service.operate('PUT', `/v1/enterprises/${entId}`, { unionid: 'never' })).status, 200);
  t.is(await unionidIn(entId), undefined);
});

test('used, expired, unknown and foreign tickets are refused alike', async (t) => {
  const [{ enterprise, ticket }, other] = await Promise.all([someone(), someone()]);
  t.is((await redeem(other.enterprise, other.ticket)).status, 200);
  const refused = [
    await redeem(other.enterprise, other.ticket),
    await redeem(other.enterprise, ticket),
    await redeem(enterprise, `${ticket.slice(0, -3)}abc`),
    await redeem(enterprise, 'x'),
  ];
  t.deepEqual([...new Set(refused.map(({ status }) => status))], [400]);
  t.is(new Set(refused.map(({ text }) => text)).size, 1);
  t.is(refused[0]?.json().error, 'invalid_grant');
  // None of that has used the ticket up.
  t.is((await redeem(enterprise, ticket)).status, 200);
});

test('a ticket lives for 60 s', async (t) => {
  const { enterprise, ticket } = await someone();
  t.is(await ticketsIn(60_100).redeem(enterprise.entId, ticket), undefined);
  t.not(await ticketsIn(50_000).redeem(enterprise.entId, ticket), undefined);
});

test('a page that comes back after its ticket was redeemed does not carry it to the host again', async (t) => {
  const { enterprise, person, ticket } = await someone();
  t.is((await redeem(enterprise, ticket)).status, 200);
  const view = await person.poll();
  t.not(view.status, 'ready');
  t.is(view.location, undefined);
});

test('wrong credentials of every kind are answered alike', async (t) => {
  const { enterprise, ticket } = await someone();
  const answers = [
    await redeem({ ...enterprise, apiKey: 'wrong' }, ticket),
    await redeem({ ...enterprise, entId: 'nobody' }, ticket),
    await redeem({ ...enterprise, entId: '' }, ticket),
  ];
  t.deepEqual([...new Set(answers.map(({ status, text }) => `${status} ${text}`))].length, 1);
  t.is(answers[0]?.status, 401);
  t.is((await redeem(enterprise, ticket)).status, 200);
});

test('a first login is bound by the host: the waiting page goes on, and the host gets what redeem tells', async (t) => {
  const { enterprise, person, ticket, openid, status } = await someone({ unbound: 'bind' });
  t.is(status, 'bind');
  const answer = await bind(enterprise, ticket, 'user-7');
  t.is(answer.status, 200);
  const { ent_id, user_id, created, openid: told, target } = answer.json();
  t.deepEqual(
    { ent_id, user_id, created, told, target },
    { ent_id: enterprise.entId, user_id: 'user-7', created: true, told: openid, target: '/chat/7' },
  );
  const { status: after, location = '' } = await person.waitForEnd();
  t.is(after, 'ready');
  const redeemed = await redeem(enterprise, new URL(location).searchParams.get('ticket') ?? '');
  t.deepEqual(redeemed.json(), answer.json());
  t.is((await person.login(enterprise.entId)).status, 'ready');
});

test('a bind ticket works once, for its own enterprise, for ten minutes', async (t) => {
  const [{ enterprise, ticket }, other] = await Promise.all([
    someone({ unbound: 'bind' }),
    someone({ unbound: 'bind' }),
  ]);
  t.is(await ticketsIn(600_100).findBind(enterprise.entId, ticket), undefined);
  t.not(await ticketsIn(590_000).findBind(enterprise.entId, ticket), undefined);
  t.is((await redeem(enterprise, ticket)).status, 400);
  const foreign = await bind(other.enterprise, ticket, 'user-7');
  t.is((await bind(enterprise, ticket, 'user-7')).status, 200);
  const used = await bind(enterprise, ticket, 'user-7');
  t.deepEqual([foreign.status, used.status, used.json().error], [400, 400, 'invalid_grant']);
  t.is(foreign.text, used.text);
});

test('an openid that has a user gets no second one', async (t) => {
  const { enterprise, person, ticket } = await someone({ unbound: 'bind' });
  const again = await person.login(enterprise.entId);
  t.is((await bind(enterprise, ticket, 'user-7')).status, 200);
  t.is((await bind(enterprise, again.ticket, 'user-8')).status, 409);
  t.is((await bind(enterprise, again.ticket, 'user-7')).status, 200);
  const { entId } = enterprise;
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 1);
});

test('bindings are found by user and by openid, and after an unbinding the next login is a first one', async (t) => {
  const { enterprise, person, ticket, openid } = await someone();
  const { user_id: userId } = (await redeem(enterprise, ticket)).json();
  for (const query of [`user_id=${userId}`, `openid=${openid}`]) {
    const found = await callAs(enterprise, 'GET', `/v1/bindings?${query}`);
    t.is(found.status, 200);
    t.like(found.json().bindings, [{ user_id: userId, openid }]);
  }
  const removed = await callAs(enterprise, 'DELETE', `/v1/bindings/${openid}`);
  t.true(removed.status === 200 || removed.status === 204);
  const { ticket: next } = await person.login(enterprise.entId);
  t.like((await redeem(enterprise, next)).json(), { created: true, openid });
});
