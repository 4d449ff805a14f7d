import test from 'ava';
import { startSimulator } from '#simulator/start-simulator.ts';
import { ticketIn } from '#test/support/person.ts';
import { until } from '#test/support/until.ts';
import { everythingInMongo, everythingInRedis } from './everything-stored.ts';
import { jobsOf } from './jobs-of.ts';
import { startRecordingProxy } from './recording-proxy.ts';
import { sharedService } from './shared-service.ts';

// Many logins that end in every way there is, at the most talkative log level; then everything that anybody but the
// browser and the host may see is searched for what nobody else may know.
const simulator = await startSimulator();
const proxy = await startRecordingProxy(() => simulator.url);
const service = await sharedService({
  simulator,
  env: { LOG_LEVEL: 'trace', WECHAT_API_URL: proxy.url, WECHAT_TIMEOUT_MS: '1000' },
});
test.after.always('the simulator ends', async () => {
  proxy.close();
  await simulator.close();
});
const { control } = simulator;
const nickname = 'Canary金丝雀';
const secret = 'canary0app0secret0canary0app0secret';
const secrets = new Set<string>([
  secret,
  service.adminToken,
  service.env['SECRET_KEYS']?.split(':')[1] ?? '',
]);
/** Redis with a job in it that a worker is at. */
let midway = '';
/** What browsers without a login of their own, and everybody in trouble, were shown. */
const shown: string[] = [];

async function show(path: string, init: Parameters<ReturnType<typeof service.person>['visit']>[1] = {}) {
  const { status, headers, text } = await service.person().visit(path, init);
  shown.push(JSON.stringify([status, headers, text]));
}

test.before('people log in, and everything goes wrong once', async () => {
  const { appid } = await service.seedAccount({ secret, wechat: { openPlatform: true } });
  const creating = await service.seedEnterprise({ appid });
  const binding = await service.seedEnterprise({ appid, unbound: 'bind' });
  const baseFirst = await service.seedEnterprise({ appid, scope: 'base-first' });
  const wrong = await service.seedAccount({ secret: `${secret}-wrong` });
  control.putAccount(wrong.appid, { secret: 'another' });
  const misconfigured = await service.seedEnterprise({ appid: wrong.appid });
  for (const { apiKey } of [creating, binding, baseFirst, misconfigured]) secrets.add(apiKey);

  const faults = [
    undefined,
    { kind: 'error', errcode: 40029, errmsg: 'canary errmsg' },
    { kind: 'hang', burns: true },
    { kind: 'reset', burns: true },
    { kind: 'malformed' },
    { kind: 'truncated' },
    { kind: 'wrong-types' },
    { kind: 'html' },
    { kind: 'malformed', endpoint: 'userinfo' },
    { kind: 'error', errcode: 40001, endpoint: 'userinfo' },
    { kind: 'error', errcode: 48001, endpoint: 'userinfo' },
  ] as const;
  const logins = [...faults.keys()].flatMap((at) =>
    [creating, binding, baseFirst, misconfigured].map(async (enterprise) => {
      const name = `canary-${at}-${enterprise.entId}`;
      control.putPerson(name, { nickname: `${nickname}${at}` });
      const fault = faults[at];
      if (fault) control.addFault({ endpoint: 'access_token', ...fault, person: name, count: 1 });
      const person = service.person({ name });
      const callbackUrl = await person.authorize(await person.start(enterprise.entId));
      secrets.add(new URL(callbackUrl).searchParams.get('code') ?? '');
      await person.callback(callbackUrl);
      const view = await person.waitForEnd();
      for (const value of person.cookies.values()) secrets.add(value.split('.')[0] ?? value);
      const ticket = ticketIn(view.location);
      if (ticket === '') return;
      secrets.add(ticket);
      const json = view.status === 'bind' ? { bind_ticket: ticket, user_id: `user-${at}` } : { ticket };
      const path = view.status === 'bind' ? '/v1/bindings' : '/v1/tickets/redeem';
      shown.push((await service.callAs({ ...enterprise, apiKey: 'wrong' }, 'POST', path, json)).text);
      await service.callAs(enterprise, 'POST', path, json);
      shown.push((await service.callAs(enterprise, 'POST', path, json)).text);
      secrets.add(ticketIn((await person.poll()).location));
    }),
  );
  await Promise.all(logins);

  // A job that fails for good, with whatever its errors say.
  const person = service.person({ name: 'canary-broken' });
  control.addFault({ kind: 'hang', person: person.name });
  await person.callback(await person.authorize(await person.start(creating.entId)));
  await until(async () => (await jobsOf(service, person.loginId)).length > 0);
  midway = await everythingInRedis(service);
  const [key = ''] = await service.findKeys(`login:${person.loginId}`);
  await service.redis.set(key, 'no record');
  await until(async () => (await service.findKeys(':failed')).length > 0, {
    timeoutMs: 30_000,
    what: 'a failed job',
  });

  const [code = ''] = control.calls({ endpoint: 'access_token' }).calls.map((call) => call.code ?? '');
  const ticket = [...secrets].at(-2) ?? '';
  await show(`/wechat/callback?code=${code}&state=00${'a'.repeat(32)}`);
  await show(`/wechat/callback?code=${code}&code=${code}&state=x`);
  await show(`/wechat/callback?code=${code}`);
  await show(`/nothing/${code}?code=${code}&ticket=${ticket}`);
  await show(`/wechatTransfer?ent_id=${secret}`);
  await show(`/logins/${ticket}/status`);
  for (const body of [`{"ticket":"${ticket}`, `{"ticket":["${ticket}"]}`, `${secret}`]) {
    await show('/v1/tickets/redeem', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
  }
  for (const form of [{ secret: [secret], name: 'x' }, { secret }, secret]) {
    shown.push((await service.operate('PUT', '/v1/accounts/wx1', form)).text);
  }
});

const finds = (text: string) => {
  const all = [...secrets, ...proxy.seen, nickname].filter((value) => value.length >= 8);
  return all.filter((value) => text.includes(value) || text.includes(encodeURIComponent(value)));
};

test('the search knows codes, tokens, openids, tickets and keys, and finds one', (t) => {
  t.true(proxy.seen.size > 50);
  t.true(secrets.size > 50);
  t.true([...proxy.seen].some((value) => value.startsWith('o') && value.length === 28));
  t.is(finds(`a line with ${[...proxy.seen].at(-1)} in it`).length, 1);
});

test('no log line has one, at the most talkative level', (t) => {
  const lines = service.logs();
  t.true(lines.some((line) => line.includes('"level":"error"')));
  t.deepEqual(
    lines.filter((line) => finds(line).length > 0),
    [],
  );
});

test('Redis holds none in clear text: not in a job, not in a login’s record', async (t) => {
  t.true(midway.includes('recordedAt'), 'the data of a job is in it');
  t.deepEqual(finds(midway), []);
  t.deepEqual(finds(await everythingInRedis(service)), []);
});

test('MongoDB holds none but what a binding is made of', async (t) => {
  t.deepEqual(
    finds(await everythingInMongo(service.mongo, ['login_history', 'enterprises', 'service_accounts'])),
    [],
  );
  const openids = new Set(
    (await service.mongo.collection('bindings').find().toArray()).map(({ openid }) => openid),
  );
  const unionids = new Set(
    (await service.mongo.collection('bindings').find().toArray()).map(({ unionid }) => unionid),
  );
  const inBindings = finds(await everythingInMongo(service.mongo, ['bindings']));
  t.deepEqual(
    inBindings.filter((value) => !openids.has(value) && !unionids.has(value) && value !== nickname),
    [],
  );
});

test('neither the metrics nor the dashboard show one', async (t) => {
  const texts: string[] = [];
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const read = async (url: string) => {
    const answer = await fetch(url, { headers });
    t.is(answer.status, 200, url);
    const text = await answer.text();
    texts.push(text);
    return text;
  };
  const [ingress, worker] = [service.ingresses[0]?.adminUrl ?? '', service.workers[0]?.adminUrl ?? ''];
  await read(`${ingress}/metrics`);
  await read(`${worker}/metrics`);
  const board = `${ingress}/queues/api/queues`;
  const { queues } = JSON.parse(await read(board)) as { queues: { name: string }[] };
  let jobs = 0;
  for (const { name } of queues) {
    let lists = '';
    for (const status of ['completed', 'failed', 'active', 'waiting', 'delayed', 'latest']) {
      lists += await read(`${board}?activeQueue=${name}&status=${status}&page=1&jobsPerPage=100`);
    }
    const ids = [...lists.matchAll(/"id":"([0-9a-f]{34}-\d+)"/g)].map(([, id]) => id);
    jobs += ids.length;
    for (const id of ids.slice(-20)) await read(`${board}/${name}/${id}`);
  }
  t.true(jobs > 0);
  t.deepEqual(finds(texts.join('\n')), []);
});

test('no page or answer for somebody else, and none that tells of a mistake, has one', (t) => {
  t.true(shown.length > 10);
  t.deepEqual(
    shown.filter((text) => finds(text).length > 0),
    [],
  );
});

test('no page or answer of the operator’s has one, of any login or person', async (t) => {
  const headers = { accept: 'text/html' };
  const history = await until(async () => {
    const rows = await service.mongo.collection('login_history').find().toArray();
    return rows.length > 20 && rows;
  });
  const [enterprises, accounts] = await Promise.all(
    ['enterprises', 'service_accounts'].map((name) => service.mongo.collection(name).find().toArray()),
  );
  const people = await service.mongo.collection('bindings').find().limit(3).toArray();
  const paths = [
    '/operate',
    '/operate?window=24h',
    '/operate?window=30d',
    '/operate?sort=name',
    '/operate/live',
    '/operate/live?window=30d',
    '/operate/enterprises',
    '/operate/accounts',
    '/operate/clients',
    '/operate/broadcasts',
    '/operate/find',
    '/operate/runbook',
    ...['accounts', 'enterprises', 'clients'].map((kind) => `/operate/new/${kind}`),
    '/operate/incidents',
    '/operate/audit',
    '/operate/operators',
    ...(enterprises ?? []).flatMap(({ entId }) =>
      ['', '/change', '/rotate-key', '/delete'].map((deed) => `/operate/enterprises/${entId}${deed}`),
    ),
    ...(accounts ?? []).flatMap(({ appid }) =>
      ['', '/change', '/secret', '/pause', '/verify-files', '/delete'].map(
        (deed) => `/operate/accounts/${appid}${deed}`,
      ),
    ),
    ...history.slice(0, 30).map(({ _id }) => `/operate/logins/${String(_id).split(':', 1)[0]}`),
    ...history.flatMap(({ openidDigest }) => openidDigest ?? []).map((digest) => `/operate/people/${digest}`),
  ];
  const texts: string[] = [];
  for (const path of new Set(paths)) {
    const page = await service.operate('GET', path, undefined, headers);
    t.is(page.status, 200, path);
    texts.push(JSON.stringify([...page.headers]), page.text);
    if (path.startsWith('/operate/logins/')) texts.push((await service.operate('GET', path)).text);
  }
  t.true(texts.some((text) => text.includes('/operate/people/')));
  for (const { openid } of people) {
    const form = { what: openid, ent_id: '' };
    const found = await service.operate('POST', '/operate/find', form, headers);
    texts.push(JSON.stringify([...found.headers]), found.text);
  }
  t.deepEqual(
    texts.filter((text) => finds(text).length > 0),
    [],
  );
  // What was looked for was sent as a form: it is in no log either.
  t.deepEqual(
    service.logs().filter((line) => finds(line).length > 0),
    [],
  );
});
