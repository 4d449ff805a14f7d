import test from 'ava';
import * as openApi from '#ingress/openapi/operator-answers.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { operate, findKeys, redis } = service;
const { control } = service.simulator;
const codeOf = (id: string) => `${id.slice(2, 6)}-${id.slice(6, 10)}-${id.slice(10, 12)}`.toUpperCase();
type Told = { timeline: { step: string; outcome?: string; errcode?: number; endpoint?: string }[] };

/** The history is written a moment after the end. */
const shown = (name: string, steps: number) =>
  until(async () => {
    const answer = await operate('GET', `/operate/logins/${name}`);
    if (answer.status !== 200 && answer.status !== 404) throw new Error(answer.text);
    const told = answer.status === 200 && (answer.json() as Told & Record<string, unknown>);
    // As docs/openapi/operator.json tells it.
    if (told) openApi.login.parse(told);
    return told && told.timeline.length === steps && told;
  });

test('a login is found by its id and by its support code, with what became of it', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const { id } = await service.person().login(entId);
  for (const name of [id, codeOf(id), codeOf(id).replaceAll('-', '').toLowerCase()]) {
    const told = await shown(name, 3);
    t.like(told, {
      login: id,
      support_code: codeOf(id),
      ent_id: entId,
      appid,
      status: 'ready',
      redeemed: false,
      job: `${id}-1`,
    });
    t.deepEqual(
      told.timeline.map(({ step, outcome }) => [step, outcome]),
      [
        ['begun', undefined],
        ['code recorded', undefined],
        ['ended', 'ready'],
      ],
    );
  }
});

test('one that WeChat refused says which call, and with which errcode', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const callbackUrl = await person.authorize(await person.start(entId));
  control.addFault({ kind: 'error', errcode: 40029, person: person.name, endpoint: 'access_token' });
  await person.callback(callbackUrl);
  const { timeline } = await shown(person.loginId, 3);
  t.like(timeline[2], { outcome: 'reauthorize', errcode: 40029, endpoint: 'token' });
});

test('one that Redis has forgotten is told from the history', async (t) => {
  const { entId } = await service.seedEnterprise();
  const { id } = await service.person().login(entId);
  await shown(id, 3);
  await redis.del(...(await findKeys(id)));
  for (const name of [id, codeOf(id)])
    t.like(await shown(name, 1), { login: id, ent_id: entId, status: 'ready' });
});

test('nothing of the person is shown', async (t) => {
  const enterprise = await service.seedEnterprise();
  const person = service.person();
  const end = await person.login(enterprise.entId);
  const identity = (
    await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: end.ticket })
  ).json();
  const text = JSON.stringify(await shown(end.id, 3));
  for (const secret of [
    end.ticket,
    identity.openid,
    identity.user_id,
    identity.nickname,
    ...person.cookies.values(),
  ])
    t.false(text.includes(secret), secret);
});

test('what is not there, and what is no name of a login, is told apart', async (t) => {
  t.is((await operate('GET', `/operate/logins/00${'0'.repeat(32)}`)).status, 404);
  t.is((await operate('GET', '/operate/logins/0000-0000-00')).status, 404);
  t.is((await operate('GET', '/operate/logins/nobody')).status, 400);
  t.is((await operate('DELETE', '/operate/logins/0000-0000-00')).status, 405);
  const answer = await fetch(`${service.ingresses[0]?.adminUrl}/operate/logins/0000-0000-00`);
  t.is(answer.status, 401);
});
