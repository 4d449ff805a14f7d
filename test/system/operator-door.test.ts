import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ ingresses: 2, workers: 2, env: { WORKER_CONCURRENCY: '4' } });
const { simulator, operate, adminToken } = service;
/** Within this time a change is in force everywhere (docs/operation.md). */
const inForceAfterMs = 5_000;
const persons = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    service.person({ ingressUrl: service.ingresses[at % 2]?.url ?? '' }),
  );
const isEverywhere = <T>(values: T[], wanted: T) => values.every((value) => value === wanted);

test('a corrected secret is in force in every worker within 5 s, without a restart', async (t) => {
  const { appid } = await service.seedAccount({ secret: 'wrong' });
  simulator.control.putAccount(appid, { secret: 'right' });
  simulator.control.addFault({ kind: 'latency', ms: 100, appid });
  const { entId } = await service.seedEnterprise({ appid });
  const loginAll = (count: number) => Promise.all(persons(count).map((person) => person.login(entId)));
  const before = await loginAll(16);
  t.true(
    isEverywhere(
      before.map(({ reason }) => reason),
      'misconfigured',
    ),
  );

  await operate('PUT', `/v1/accounts/${appid}`, { secret: 'right', name: 'Corrected' });
  const inForceAt = performance.now() + inForceAfterMs;
  // People go on coming meanwhile: what they meet must not put the moment off.
  while (performance.now() < inForceAt) {
    await loginAll(2);
    await sleep(100);
  }
  const after = await loginAll(24);
  t.true(
    isEverywhere(
      after.map(({ status }) => status),
      'ready',
    ),
  );
  const ids = new Set(after.map(({ id }) => id));
  for (const { lines } of service.workers) {
    t.true(
      lines.some((line) => ids.has(/"login":"(\w+)"/.exec(line)?.[1] ?? '')),
      'both workers took part',
    );
  }
});

test('a changed, a deleted and a re-keyed enterprise are so in every ingress within 5 s', async (t) => {
  const changed = await service.seedEnterprise();
  const deleted = await service.seedEnterprise();
  const rekeyed = await service.seedEnterprise();
  const ask = (ingressUrl: string, { entId }: { entId: string }, apiKey: string) =>
    fetch(`${ingressUrl}/v1/bindings?user_id=nobody`, {
      headers: { authorization: `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}` },
    });
  const urls = service.ingresses.map(({ url }) => url);
  for (const url of urls) {
    const person = service.person({ ingressUrl: url });
    for (const { entId } of [changed, deleted, rekeyed]) await person.start(entId);
    t.is((await ask(url, rekeyed, rekeyed.apiKey)).status, 200);
  }

  const form = {
    name: 'Changed',
    appid: changed.appid,
    login_url: 'https://new.example/in',
    consent_page: true,
  };
  t.is((await operate('PUT', `/v1/enterprises/${changed.entId}`, form)).status, 200);
  t.is((await operate('DELETE', `/v1/enterprises/${deleted.entId}`)).status, 200);
  const { api_key: newKey } = (await operate('POST', `/v1/enterprises/${rekeyed.entId}/rotate-key`)).json();
  await sleep(inForceAfterMs);

  for (const url of urls) {
    const person = service.person({ ingressUrl: url });
    const page = await person.visit(`/wechatTransfer?ent_id=${changed.entId}`);
    t.is(page.status, 200);
    const [, authorizeUrl = ''] = /href="([^"]*oauth2\/authorize[^"]*)"/.exec(page.text) ?? [];
    await person.callback(await person.authorize(authorizeUrl.replaceAll('&amp;', '&')));
    t.true((await person.waitForEnd()).location?.startsWith('https://new.example/in?ticket='));
    t.is((await person.visit(`/wechatTransfer?ent_id=${deleted.entId}`)).status, 404);
    t.is((await ask(url, rekeyed, rekeyed.apiKey)).status, 401);
    t.is((await ask(url, rekeyed, newKey)).status, 200);
  }
});

test('an account’s secret goes in and never comes out, and is sealed at rest', async (t) => {
  const { appid, secret } = await service.seedAccount({
    name: 'Acme',
    verify_files: { 'MP_verify_a.txt': 'a' },
  });
  const answer = await operate('GET', `/v1/accounts/${appid}`);
  t.like(answer.json(), { name: 'Acme', verify_files: { 'MP_verify_a.txt': 'a' } });
  const stored = await service.mongo.collection('service_accounts').findOne({ appid });
  t.false(`${answer.text}${JSON.stringify(stored)}`.includes(secret));
  await service.seedEnterprise({ appid });
  t.is((await operate('DELETE', `/v1/accounts/${appid}`)).status, 409);
});

test('an enterprise’s API key is told by the first PUT and never again', async (t) => {
  const { appid } = await service.seedAccount();
  const form = { appid, name: 'Acme', login_url: 'https://host.example/login' };
  const path = '/v1/enterprises/acme';
  const { api_key: key } = (await operate('PUT', path, form)).json();
  t.regex(key, /^\S{22,}$/);
  t.false('api_key' in (await operate('PUT', path, form)).json());
  const told = await operate('GET', path);
  t.like(told.json(), { ...form, unbound: 'create', scope: 'snsapi_userinfo', consent_page: false });
  const stored = await service.mongo.collection('enterprises').findOne({ entId: 'acme' });
  t.false(`${told.text}${JSON.stringify(stored)}`.includes(key));
  t.is((await operate('DELETE', path)).status, 200);
  t.is((await operate('GET', path)).status, 404);
});

test('the verification file is served as it is, from every ingress', async (t) => {
  await service.seedAccount({ verify_files: { 'MP_verify_2DCaFsV02WRKsdf2.txt': '2DCaFsV02WRKsdf2' } });
  for (const { url } of service.ingresses) {
    const file = await fetch(`${url}/MP_verify_2DCaFsV02WRKsdf2.txt`, { redirect: 'error' });
    t.is(file.status, 200);
    t.regex(file.headers.get('content-type') ?? '', /^text\/plain/);
    t.is(await file.text(), '2DCaFsV02WRKsdf2');
    t.is((await fetch(`${url}/MP_verify_unknown.txt`)).status, 404);
  }
});

test('every path but the health ones needs the token, as Bearer or as a Basic password', async (t) => {
  const [ingress, worker] = [service.ingresses[0]?.adminUrl ?? '', service.workers[0]?.adminUrl ?? ''];
  const paths = ['/metrics', '/queues', '/queues/api/queues', '/v1/accounts/wx1', '/v1/enterprises/e1', '/x'];
  for (const url of [...paths.map((path) => ingress + path), `${worker}/metrics`, `${worker}/x`]) {
    for (const authorization of ['', 'Bearer wrong', `Basic ${btoa('admin:wrong')}`]) {
      t.is((await fetch(url, { headers: { authorization } })).status, 401, url);
    }
  }
  for (const url of [ingress, worker]) {
    t.is((await fetch(`${url}/healthz`)).status, 200);
    t.is((await fetch(`${url}/readyz`)).status, 200);
    for (const authorization of [`Bearer ${adminToken}`, `Basic ${btoa(`anyone:${adminToken}`)}`]) {
      t.is((await fetch(`${url}/metrics`, { headers: { authorization } })).status, 200);
    }
  }
});

test('the metrics of both processes tell what came of a login', async (t) => {
  const { entId } = await service.seedEnterprise();
  t.is((await service.person().login(entId)).status, 'ready');
  const headers = { authorization: `Bearer ${adminToken}` };
  const scrape = async (processes: { adminUrl: string }[]) => {
    const texts = processes.map(async ({ adminUrl }) =>
      (await fetch(`${adminUrl}/metrics`, { headers })).text(),
    );
    return (await Promise.all(texts)).join('\n');
  };
  const wanted = new RegExp(`wechat_logins_total\\{[^}]*outcome="ready"[^}]*ent_id="${entId}"[^}]*\\} 1`);
  t.true(await until(async () => wanted.test(await scrape(service.workers))));
  t.regex(await scrape(service.workers), /wechat_api_calls_total\{endpoint="token",errcode="ok"\} \d/);
  t.regex(await scrape(service.ingresses), /route="\/wechat\/callback"/);
});
