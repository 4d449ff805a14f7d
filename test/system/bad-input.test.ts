import test from 'ava';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const entId = 'acme';
const person = service.person();
const long = 'x'.repeat(2_000);
test.before(async () => {
  await service.seedEnterprise({ entId, target_prefixes: ['/chat/', 'https://kf.example/a'] });
});
const state = `00${'a'.repeat(32)}`;

type Row = { status: number; path: string; query?: string; method?: 'GET' | 'POST' | 'PUT' };

// What is refused must leave a line in the log, so each row counts them: one after another.
const refuses = test.macro<[string, Row]>({
  async exec(t, _, { status, path, query = '', method = 'GET' }: Row) {
    const before = service.logs().length;
    const answer = await person.visit(path + query, { method });
    t.is(answer.status, status);
    t.true(answer.text.length > 0);
    t.notRegex(answer.text, /\bat .*\.[jt]s:\d|node_modules|Error:/);
    if (status === 400) t.true(await until(() => service.logs().length > before, { what: 'a log line' }));
  },
  title: (_, title) => title,
});
const start = '/wechatTransfer';
const callback = '/wechat/callback';

test.serial(refuses, 'a start without ent_id', { status: 400, path: start });
test.serial(refuses, 'an empty ent_id', { status: 400, path: start, query: '?ent_id=' });
test.serial(refuses, 'an ent_id with a slash', { status: 400, path: start, query: '?ent_id=a/b' });
test.serial(refuses, 'an ent_id that is an object', { status: 400, path: start, query: '?ent_id[$ne]=' });
test.serial(refuses, 'an overlong ent_id', { status: 400, path: start, query: `?ent_id=${long}` });
test.serial(refuses, 'two ent_ids', { status: 400, path: start, query: `?ent_id=${entId}&ent_id=${entId}` });
test.serial(refuses, 'an unknown enterprise', { status: 404, path: start, query: '?ent_id=nobody' });
for (const target of [
  '/other',
  '//kf.example/a',
  '/chat/../x',
  'https://kf.example.evil/a',
  'javascript:1',
  long,
]) {
  const query = `?${new URLSearchParams({ ent_id: entId, target })}`;
  test.serial(refuses, `the target ${target.slice(0, 30)}`, { status: 400, path: start, query });
}
const twoTargets = `?ent_id=${entId}&target=/chat/1&target=/chat/2`;
test.serial(refuses, 'two targets', { status: 400, path: start, query: twoTargets });
test.serial(refuses, 'two langs', { status: 400, path: start, query: `?ent_id=${entId}&lang=en&lang=en` });
test.serial(refuses, 'an unknown browser', { status: 400, path: start, query: `?ent_id=${entId}&browser=x` });
test.serial(refuses, 'a POST to the start', { status: 405, path: start, method: 'POST' });

test.serial(refuses, 'a callback without anything', { status: 400, path: callback });
test.serial(refuses, 'a callback without state', { status: 400, path: callback, query: '?code=0abc' });
test.serial(refuses, 'two codes', { status: 400, path: callback, query: `?code=a&code=b&state=${state}` });
test.serial(refuses, 'two states', {
  status: 400,
  path: callback,
  query: `?code=a&state=${state}&state=${state}`,
});
test.serial(refuses, 'an empty code', { status: 400, path: callback, query: `?code=&state=${state}` });
test.serial(refuses, 'an overlong code', {
  status: 400,
  path: callback,
  query: `?code=${long}&state=${state}`,
});
test.serial(refuses, 'a code of control characters', {
  status: 400,
  path: callback,
  query: `?code=a%00b%0d&state=${state}`,
});
test.serial(refuses, 'an overlong state', { status: 400, path: callback, query: `?code=a&state=${long}` });

for (const wait of ['26', '-1', '1.5', '1e1', 'x', '']) {
  const path = `/logins/${state}/status`;
  test.serial(refuses, `wait=${wait || '(empty)'}`, { status: 400, path, query: `?wait=${wait}` });
}
test.serial(refuses, 'two waits', { status: 400, path: `/logins/${state}/status`, query: '?wait=1&wait=1' });
for (const path of [start, callback, `/logins/${state}`, '/v1/bindings', '/nothing', '/assets/page.css']) {
  const query = `?${'a&'.repeat(16)}`;
  test.serial(refuses, `seventeen parameters at ${path}`, { status: 400, path, query });
}
test.serial(refuses, 'an unknown path', { status: 404, path: '/nothing/here' });
test.serial(refuses, 'a half path escape', { status: 404, path: '/logins/%E0%A4%A' });

test.serial('a query string of 1 MB is answered with 431, and the next person is served', async (t) => {
  const answer = await person.visit(`${start}?ent_id=${'e'.repeat(1 << 20)}`);
  t.is(answer.status, 431);
  t.is((await person.visit(`${start}?ent_id=${entId}`)).status, 302);
});

test.serial('the operator’s door reads no more of a query either, and leaves a line', async (t) => {
  const before = service.logs().length;
  for (const adminUrl of [service.ingresses[0]?.adminUrl, service.workers[0]?.adminUrl]) {
    const answer = await fetch(`${adminUrl}/healthz?${'a&'.repeat(16)}`);
    t.is(answer.status, 400);
    t.like(await answer.json(), { error: 'invalid_request' });
  }
  t.true(await until(() => service.logs().length > before + 1, { what: 'two log lines' }));
});

test.serial('the host’s door leaves a log line for bad input too', async (t) => {
  const before = service.logs().length;
  const { entId, apiKey } = await service.seedEnterprise();
  const authorization = `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`;
  const answer = await fetch(`${service.publicUrl}/v1/tickets/redeem`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{"ticket":["a"]}',
  });
  t.is(answer.status, 400);
  t.true(await until(() => service.logs().length > before, { what: 'a log line' }));
});

test.serial('after all this nothing is enqueued, bound or logged as a login', async (t) => {
  const keys = await service.findKeys();
  // One login was begun, by the start after the 1 MB.
  t.is(keys.filter((key) => /login:/.test(key)).length, 1);
  t.is(keys.filter((key) => /:exchange:(?!meta|stalled-check|marker|events)/.test(key)).length, 0);
  t.is(await service.mongo.collection('bindings').countDocuments(), 0);
  t.is(await service.mongo.collection('login_history').countDocuments(), 0);
});
