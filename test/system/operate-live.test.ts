import test from 'ava';
import * as openApi from '#ingress/openapi/operator-answers.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { operate } = service;
const { control } = service.simulator;

type Incident = {
  key: string;
  appid?: string;
  ent_ids: string[];
  errcode?: number;
  cause: string;
  since: string;
  people: number;
  what: string;
  do: string;
};
type LiveAnswer = {
  at: string;
  stale_since?: string;
  incidents: Incident[];
  funnel: Record<string, number>;
  enterprises: { ent_id: string; failing: number }[];
};
async function live(query = ''): Promise<LiveAnswer> {
  const answer = await operate('GET', `/operate/live${query}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return openApi.live.parse(answer.json()) as LiveAnswer;
}

test('a secret that WeChat refuses is named with account, people and remedy, and no other account is', async (t) => {
  const wrong = await service.seedEnterprise();
  const right = await service.seedEnterprise();
  const begun = Date.now();
  control.addFault({ kind: 'error', errcode: 40125, appid: wrong.appid, endpoint: 'access_token' });
  for (let n = 0; n < 3; n += 1) {
    const { reason } = await service.person().login(wrong.entId);
    t.is(reason, 'misconfigured');
    t.is((await service.person().login(right.entId)).status, 'ready');
  }
  const incident = await until(async () => {
    const { incidents } = await live();
    return incidents.find(({ appid, people }) => appid === wrong.appid && people >= 3);
  });
  t.like(incident, { errcode: 40125, cause: '40125', ent_ids: [wrong.entId] });
  t.regex(incident.what, /AppSecret/);
  t.regex(incident.do, /AppSecret/);
  t.true(Math.abs(Date.parse(incident.since) - begun) < 60_000, incident.since);
  const { incidents } = await live();
  t.false(incidents.some(({ appid, ent_ids }) => appid === right.appid || ent_ids.includes(right.entId)));
  const chinese = await operate('GET', '/operate/live', undefined, { 'accept-language': 'zh-CN' });
  t.regex(chinese.text, /AppSecret 错误或已被重置/);
  t.deepEqual((await live(`?ent_id=${right.entId}`)).incidents, []);
});

test('an answer without news is a 304, and what is asked wrongly is told', async (t) => {
  const { entId } = await service.seedEnterprise();
  await service.person().login(entId);
  const path = `/operate/live?ent_id=${entId}`;
  // Others log in beside: what waits for a worker is news, too.
  await until(async () => {
    const etag = (await operate('GET', path)).headers.get('etag') ?? '';
    return (await operate('GET', path, undefined, { 'if-none-match': etag })).status === 304;
  });
  t.is((await operate('GET', '/operate/live?window=1h')).status, 400);
  t.is((await operate('GET', '/operate/live?ent_id=nobody')).status, 404);
  t.is((await operate('POST', '/operate/live')).status, 405);
});
