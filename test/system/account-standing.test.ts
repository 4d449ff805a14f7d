import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { jobsOf } from './jobs-of.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;
const callsOf = (appid: string) => control.calls({ endpoint: 'access_token', appid }).calls;

type Line = { level?: string; appid?: string; login?: string; msg?: string };
const linesOf = (appid: string): Line[] =>
  service
    .logs()
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.appid === appid);

test('a misconfigured account is told to the operator loudly once, not once for each login', async (t) => {
  const { appid } = await service.seedAccount({ secret: 'wrong' });
  control.putAccount(appid, { secret: 'right' });
  const { entId } = await service.seedEnterprise({ appid });
  // WeChat is asked again from time to time; until then logins fail without a call.
  let logins = 0;
  while (callsOf(appid).length < 2 && logins < 1_000) {
    t.like(await service.person().login(entId), { status: 'failed', reason: 'misconfigured' });
    logins += 1;
    await sleep(100);
  }
  t.true(logins > 2);
  const loud = linesOf(appid).filter(({ level }) => level === 'error' || level === 'fatal');
  t.is(loud.length, 1, JSON.stringify(loud));
  t.is((await service.person().login((await service.seedEnterprise()).entId)).status, 'ready');
  const { adminUrl } = service.workers[0] ?? { adminUrl: '' };
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const metrics = await (await fetch(`${adminUrl}/metrics`, { headers })).text();
  t.regex(
    metrics,
    new RegExp(`wechat_logins_total\\{[^}]*reason="misconfigured"[^}]*${entId}[^}]*\\} ${logins}`),
  );
});

test('an account whose minute is used up is left alone, its logins wait, and others go on', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  control.addFault({ kind: 'error', errcode: 45_011, appid, endpoint: 'access_token' });
  const waiting = service.person();
  await waiting.callback(await waiting.authorize(await waiting.start(entId)));
  await until(() => callsOf(appid).length > 0);
  const more = Array.from({ length: 10 }, () => service.person());
  await Promise.all(more.map(async (one) => one.callback(await one.authorize(await one.start(entId)))));
  t.is((await service.person().login((await service.seedEnterprise()).entId)).status, 'ready');
  for (const one of [waiting, ...more]) {
    t.is((await one.poll()).status, 'pending');
    t.is((await jobsOf(service, one.loginId)).length, 1);
  }
  // One more where the minute ended just then: the account is tried again in the next.
  t.true(callsOf(appid).length <= 2, `${callsOf(appid).length}`);
});

test('a login whose code dies while the day is used up has failed, and is not sent to WeChat for another', async (t) => {
  // As at the end of its five minutes: the next minute comes too late for this code.
  const late = await withService(t, { env: { CODE_LIFETIME_MS: '5000' } });
  const { entId, appid } = await late.seedEnterprise();
  const { control: weChat } = late.simulator;
  weChat.addFault({ kind: 'error', errcode: 45_009, appid, endpoint: 'access_token' });
  const end = await late.person().login(entId);
  t.like(end, { status: 'failed', reason: 'unavailable', reauthorizations: 0 });
  t.true(weChat.calls({ endpoint: 'access_token', appid }).calls.length <= 2);
});

test('WeChat’s own words for a failure reach neither the page nor the status', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({
    kind: 'error',
    errcode: 50_002,
    errmsg: 'user limited, rid: canary',
    person: person.name,
  });
  await person.callback(await person.authorize(await person.start(entId)));
  await person.waitForEnd();
  t.notRegex((await person.readStatus()).text, /canary|50002|limited/);
  t.notRegex((await person.visit(`/logins/${person.loginId}`)).text, /canary|50002|limited/);
});
