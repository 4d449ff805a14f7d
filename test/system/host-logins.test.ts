import test from 'ava';
import * as openApi from '#ingress/openapi/host-answers.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();

type Logins = { logins: { support_code: string; outcome: string; reason?: string; tell: string }[] };

test('a host reads how the logins of one user went, and those of no other enterprise', async (t) => {
  const enterprise = await service.seedEnterprise();
  const stranger = await service.seedEnterprise({ appid: enterprise.appid });
  const person = service.person();
  const { ticket, id } = await person.login(enterprise.entId);
  const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
  const { user_id: userId } = redeemed.json() as { user_id: string };
  // The same person, once more, and somebody else.
  const { id: second } = await person.login(enterprise.entId);
  await service.person().login(enterprise.entId);
  await person.login(stranger.entId);
  const path = `/v1/logins?user_id=${encodeURIComponent(userId)}`;
  const { logins } = await until(async () => {
    const answer = await service.callAs(enterprise, 'GET', path);
    const told = openApi.logins.parse(answer.json()) as Logins;
    return told.logins.length === 2 && told;
  });
  const codeOf = (login: string) =>
    `${login.slice(2, 6)}-${login.slice(6, 10)}-${login.slice(10, 12)}`.toUpperCase();
  t.deepEqual(
    logins.map(({ support_code: code, outcome }) => [code, outcome]),
    [
      [codeOf(second), 'ready'],
      [codeOf(id), 'ready'],
    ],
  );
  t.deepEqual((await service.callAs(stranger, 'GET', path)).json(), { logins: [] });
  t.is((await service.callAs(enterprise, 'GET', '/v1/logins')).status, 400);
  t.is((await service.callAs({ ...enterprise, apiKey: 'wrong' }, 'GET', path)).status, 401);
  t.is((await service.callAs(enterprise, 'POST', path)).status, 405);
});
