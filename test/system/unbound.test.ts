import test from 'ava';
import { ticketIn } from '#test/support/person.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();

async function readyLogin() {
  const enterprise = await service.seedEnterprise();
  const person = service.person();
  const { ticket, id } = await person.login(enterprise.entId);
  const [binding] = await service.mongo.collection('bindings').find({ entId: enterprise.entId }).toArray();
  const openid = String(binding?.['openid']);
  const redeem = (one: string) => service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: one });
  const unbind = () => service.callAs(enterprise, 'DELETE', `/v1/bindings/${openid}`);
  return { enterprise, person, ticket, id, redeem, unbind };
}

test('an unbinding is in force at once: for the ticket of a login that was ready, and for its page', async (t) => {
  const { person, ticket, id, redeem, unbind } = await readyLogin();
  t.is((await unbind()).status, 204);
  t.is((await redeem(ticket)).json().error, 'invalid_grant');
  t.deepEqual(await person.poll({ id }), { status: 'failed', reason: 'expired' });
  t.is((await unbind()).status, 404);
});

test('the next login of an unbound person is a first one again', async (t) => {
  const { enterprise, person, ticket, redeem, unbind } = await readyLogin();
  const { user_id: before } = (await redeem(ticket)).json();
  await unbind();
  const again = await person.login(enterprise.entId);
  const answer = (await redeem(again.ticket)).json();
  t.true(answer.created);
  t.not(answer.user_id, before);
});

test('a host that unbinds while the login is under way gets no ticket for what it unbound', async (t) => {
  const { enterprise, person, unbind } = await readyLogin();
  const { control } = service.simulator;
  // The binding is looked at beside the profile: the host unbinds after that look.
  control.addFault({ kind: 'latency', ms: 1_500, endpoint: 'userinfo', appid: enterprise.appid });
  const asked = () => control.calls({ endpoint: 'userinfo' }).calls.length;
  const before = asked();
  const login = person.login(enterprise.entId);
  await until(() => asked() > before);
  t.is((await unbind()).status, 204);
  const { location } = await login;
  const answer = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
    ticket: ticketIn(location),
  });
  t.is(answer.status, 200);
  const [binding] = await service.mongo.collection('bindings').find({ entId: enterprise.entId }).toArray();
  t.is(answer.json().user_id, binding?.['userId']);
});
