import test from 'ava';
import * as openApi from '#ingress/openapi/operator-answers.ts';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

const patiently = { timeoutMs: 30_000 };

test('an account that an operator paused takes nobody and makes no call, whatever is restarted or forgotten, until it is resumed', async (t) => {
  t.timeout(120_000);
  const service = await withService(t);
  const { operate } = service;
  const { control } = service.simulator;
  const callsOf = (of: string) => control.calls({ endpoint: 'access_token', appid: of }).calls.length;
  const { entId, appid } = await service.seedEnterprise();
  const other = await service.seedEnterprise();
  const waiting = service.person();
  const callback = await waiting.authorize(await waiting.start(entId, { lang: 'en' }));

  const answer = await operate('POST', `/v1/accounts/${appid}/pause`, { reason: 'the owner asked for it' });
  t.like(answer.json(), { appid, paused: { by: 'root', reason: 'the owner asked for it' } });
  const start = `/wechatTransfer?ent_id=${entId}&lang=en`;
  const isHeld = () =>
    until(async () => {
      const page = await service.person().visit(start);
      return page.status === 503 && page;
    }, patiently);
  t.regex((await isHeld()).text, /was paused by its administrator/);

  // The workers know it as soon: what was at WeChat by then comes back, and is not sent on.
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const metrics = async () =>
    (await fetch(`${service.workers.at(-1)?.adminUrl}/metrics`, { headers })).text();
  const known = `wechat_account_state{appid="${appid}",state="paused-by-operator"} 1`;
  await until(async () => (await metrics()).includes(known), patiently);
  await waiting.callback(callback);
  const page = await waiting.visit(`/logins/${waiting.loginId}`);
  t.regex(page.text, /data-because="paused-by-operator">[^<]*was paused by its administrator/);
  t.is((await service.person().login(other.entId)).status, 'ready');
  t.is(callsOf(appid), 0);

  const live = openApi.live.parse((await operate('GET', `/operate/live?appid=${appid}`)).json());
  t.like(live.standing[0], {
    appid,
    state: 'paused-by-operator',
    by: 'root',
    reason: 'the owner asked for it',
  });
  t.like((await operate('GET', `/operate/logins/${waiting.loginId}`)).json(), {
    because: 'paused-by-operator',
  });

  // Redis forgets what it knew of accounts, and processes come anew.
  for (const key of await service.findKeys(':capacity:*')) await service.redis.del(key);
  await service.killWorker();
  await service.startWorker();
  await service.startIngress();
  await isHeld();
  await until(async () => (await metrics()).includes(known), patiently);
  t.is(callsOf(appid), 0);

  t.false('paused' in (await operate('POST', `/v1/accounts/${appid}/resume`)).json());
  t.is((await waiting.waitForEnd()).status, 'ready');
  await until(async () => (await service.person().visit(start)).status === 302, patiently);
  const kept = service.mongo.collection('operator_actions').find({ object: `account ${appid}` });
  const deeds = await kept.sort({ at: 1 }).toArray();
  t.deepEqual(
    deeds.map(({ action }) => action),
    ['make', 'pause', 'resume'],
  );
});

test('an operator who closes an account’s door holds who comes with his sentence; who is under way gets in', async (t) => {
  t.timeout(120_000);
  const service = await withService(t);
  const { operate } = service;
  const { entId, appid } = await service.seedEnterprise();
  const other = await service.seedEnterprise();
  const underWay = service.person();
  const callback = await underWay.authorize(await underWay.start(entId, { lang: 'en' }));
  const opened = () => service.simulator.control.calls({ endpoint: 'access_token', appid }).calls.length;

  const sentence = 'We move house, and are back at four <o’clock>.';
  const answer = await operate('POST', `/v1/accounts/${appid}/pause`, { level: 'door', sentence });
  t.like(answer.json(), { paused: { level: 'door', by: 'root', sentence } });
  const start = `/wechatTransfer?ent_id=${entId}&lang=en`;
  const held = await until(async () => {
    const page = await service.person().visit(start);
    return page.status === 503 && page;
  }, patiently);
  t.regex(held.text, /was paused by its administrator/);
  t.true(held.text.includes('We move house, and are back at four &lt;o’clock&gt;.'));

  // Every process knows it by now, and makes the call.
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const metrics = async () =>
    (await fetch(`${service.workers.at(-1)?.adminUrl}/metrics`, { headers })).text();
  const known = `wechat_account_state{appid="${appid}",state="door-closed-by-operator"} 1`;
  await until(async () => (await metrics()).includes(known), patiently);
  await underWay.callback(callback);
  t.is((await underWay.waitForEnd()).status, 'ready');
  t.is(opened(), 1);
  t.is((await service.person().login(other.entId)).status, 'ready');

  const live = openApi.live.parse((await operate('GET', `/operate/live?appid=${appid}`)).json());
  t.like(live.standing[0], { state: 'door-closed-by-operator', by: 'root', sentence });
  t.true((live.standing[0]?.held ?? 0) > 0);
  await operate('POST', `/v1/accounts/${appid}/resume`);
  await until(async () => (await service.person().visit(start)).status === 302, patiently);
});

test('a pause that has an end is over at it, at the door and for the workers, and nobody resumes the account', async (t) => {
  t.timeout(120_000);
  const service = await withService(t);
  const { operate } = service;
  const { entId, appid } = await service.seedEnterprise();
  const waiting = service.person();
  const callback = await waiting.authorize(await waiting.start(entId));
  const end = new Date(Date.now() + 30_000);
  const { paused } = (await operate('POST', `/v1/accounts/${appid}/pause`, { until: end })).json();
  t.like(paused, { level: 'calls', until: end.toISOString() });
  // One person, who keeps his place in line.
  const held = service.person();
  const answers = (status: number) =>
    until(async () => (await held.visit(`/wechatTransfer?ent_id=${entId}`)).status === status, patiently);
  await answers(503);
  const live = openApi.live.parse((await operate('GET', `/operate/live?appid=${appid}`)).json());
  t.like(live.standing[0], { state: 'paused-by-operator', until: end.toISOString() });
  await waiting.callback(callback);
  t.is((await waiting.waitForEnd()).status, 'ready');
  await answers(302);
  t.true(Date.now() >= end.getTime());
  const after = openApi.live.parse((await operate('GET', `/operate/live?appid=${appid}`)).json());
  t.false(after.standing.some(({ by }) => by));
  const kept = service.mongo.collection('operator_actions').find({ object: `account ${appid}` });
  const deeds = await kept.sort({ at: 1 }).toArray();
  t.deepEqual(
    deeds.map(({ action }) => action),
    ['make', 'pause'],
  );
});

test('a code that dies while its account is paused by an operator ends its login: nobody is sent to WeChat for another one', async (t) => {
  t.timeout(90_000);
  const service = await withService(t, { workers: 0, env: { CODE_LIFETIME_MS: '12000' } });
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  const callback = await person.authorize(await person.start(entId));
  await service.operate('POST', `/v1/accounts/${appid}/pause`);
  await service.startWorker();
  await person.callback(callback);
  t.like(await person.waitForEnd(), { status: 'failed', reason: 'unavailable' });
  const row = await until(() => service.mongo.collection('login_history').findOne({ entId }));
  t.like(row, { outcome: 'failed', reason: 'unavailable', cause: 'paused-by-operator' });
});
