import test from 'ava';
import { appid, secret, withSimulator } from './with-simulator.ts';

async function withApi(t: Parameters<typeof withSimulator>[0], options = {}) {
  const simulator = await withSimulator(t, options);
  const api = async (request: string, body?: unknown) => {
    const [method = '', path] = request.split(' ');
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const answer = await fetch(`${simulator.url}/_simulator/${path}`, { method, ...sent });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { ...simulator, api };
}

test('an account is put, listed without its secret, and removed', async (t) => {
  const { api, exchange } = await withApi(t);
  t.is((await api('PUT accounts/wx-new', { secret: 'new', name: '新号', openPlatform: true })).status, 200);
  const { body } = await api('POST codes', { appid: 'wx-new', person: 'lilei' });
  t.regex(String((await exchange(body.code, { appid: 'wx-new', secret: 'new' }))['unionid']), /^o/);
  const listed = (await api('GET accounts')).body.accounts;
  t.like(listed[1], { appid: 'wx-new', name: '新号', domains: ['*'] });
  t.false('secret' in listed[1]);
  t.is((await api('DELETE accounts/wx-new')).status, 204);
  t.is((await api('DELETE accounts/wx-new')).status, 404);
});

test('faults are posted, listed with how often they struck, and deleted', async (t) => {
  const { api, exchange, mint } = await withApi(t);
  const { body } = await api('POST faults', { kind: 'error', errcode: -1 });
  t.is((await exchange(mint()))['errcode'], -1);
  t.like((await api('GET faults')).body.faults, [{ id: body.id, kind: 'error', applied: 1, burns: false }]);
  t.is((await api(`DELETE faults/${body.id}`)).status, 204);
  await api('POST faults', { kind: 'html' });
  t.is((await api('DELETE faults')).status, 204);
  t.is((await exchange(mint()))['errcode'], undefined);
});

test('behaviour is changed in part and goes back to how it began', async (t) => {
  const { api } = await withApi(t, { behaviour: { consent: 'silent' } });
  const changed = await api('PUT behaviour', { strictOrder: false, latency: { ms: 5 } });
  t.like(changed.body, { strictOrder: false, latency: { ms: 5, spreadMs: 0 }, consent: 'silent' });
  t.like((await api('DELETE behaviour')).body, { strictOrder: true, latency: { ms: 0 }, consent: 'silent' });
});

test('codes are minted singly and in batches, and tell what became of them', async (t) => {
  const { api, exchange } = await withApi(t);
  const { body } = await api('POST codes', { appid, person: 'lilei', scope: 'snsapi_base', state: 'abc' });
  await exchange(body.code);
  await exchange(body.code);
  const told = (await api(`GET codes/${body.code}`)).body;
  t.like(told, { appid, person: 'lilei', scope: 'snsapi_base', state: 'abc', calls: 2, openid: body.openid });
  t.is(told.expiresAt - told.issuedAt, 300_000);
  t.true(told.usedAt >= told.issuedAt);
  const { codes } = (await api('POST codes/batch', { appid, person: 'crowd', count: 50 })).body;
  t.is(new Set(codes.map(({ code }: { code: string }) => code)).size, 50);
  t.is(codes[49].person, 'crowd-49');
});

test('a person is looked up and changed', async (t) => {
  const { api, control } = await withApi(t);
  t.like((await api('PUT people/lilei', { nickname: '李雷' })).body, {
    id: 'lilei',
    nickname: '李雷',
    sex: 0,
  });
  const { openid } = control.mintCode({ appid, person: 'lilei' });
  t.like((await api(`GET people/lilei?appid=${appid}`)).body, { nickname: '李雷', openid });
});

test('the call log tells each call, who was meant, and whether it spent the code', async (t) => {
  const { api, exchange, mint, read } = await withApi(t);
  const code = mint('lilei');
  const { access_token, openid } = (await exchange(code)) as Record<string, string>;
  await exchange(code);
  await read('/sns/userinfo', { access_token: access_token ?? '', openid: openid ?? '' });
  const { calls, next, dropped } = (await api('GET calls')).body;
  const of = { appid, code, person: 'lilei', fault: null, status: 200 };
  t.like(calls, [
    { ...of, seq: 0, endpoint: 'access_token', errcode: 0, consumed: true },
    { ...of, seq: 1, endpoint: 'access_token', errcode: 40163, consumed: false },
    { ...of, seq: 2, endpoint: 'userinfo', errcode: 0, consumed: false },
  ]);
  t.deepEqual([next, dropped], [3, 0]);
  t.true(Math.abs(calls[0].time - Date.now()) < 60_000);
});

test('the call log is read on, filtered and cleared', async (t) => {
  const { api, exchange, mint } = await withApi(t);
  const [one, two] = [mint(), mint()];
  await exchange(one);
  await exchange(two);
  t.is((await api('GET calls?since=1')).body.calls[0].code, two);
  t.is((await api(`GET calls?code=${one}`)).body.calls.length, 1);
  t.like((await api('GET calls?limit=1')).body, { next: 1, calls: [{ code: one }] });
  t.is((await api('DELETE calls')).status, 204);
  t.deepEqual((await api('GET calls')).body, { calls: [], next: 2, dropped: 0 });
  await exchange(one);
  t.like((await api('GET calls?since=2')).body, { next: 3, dropped: 0, calls: [{ seq: 2, errcode: 40163 }] });
});

test('a full log drops its oldest calls and says how many', async (t) => {
  const { control, exchange } = await withApi(t, { logCapacity: 3 });
  for (const code of ['a', 'b', 'c', 'd', 'e']) await exchange(code);
  const { calls, dropped, next } = control.calls();
  t.deepEqual([calls.map((call) => call.code).join(''), dropped, next], ['cde', 2, 5]);
});

test('without a log nothing is kept, and it can be switched on', async (t) => {
  const { control, exchange, mint } = await withApi(t, { log: false });
  await exchange(mint());
  t.is(control.calls().calls.length, 0);
  control.setBehaviour({ log: true });
  await exchange(mint());
  t.is(control.calls().calls.length, 1);
});

const refuses = test.macro({
  async exec(t, request: string, body: unknown, status: number, words: RegExp) {
    const { api } = await withApi(t);
    const answer = await api(request, body);
    t.is(answer.status, status);
    t.regex(answer.body.error, words);
  },
  title: (_, request, body) => `${request} refuses ${String(JSON.stringify(body)).slice(0, 60)}`,
});
test(refuses, 'PUT accounts/wx1', {}, 400, /secret/);
test(refuses, 'PUT accounts/wx1', { secret, colour: 'red' }, 400, /colour/);
test(refuses, 'PUT accounts/w%20x', { secret }, 400, /pattern/);
test(refuses, 'PUT accounts/wx1', '{"secret":', 400, /not JSON/);
test(refuses, 'PUT accounts/wx1', '[]', 400, /object/);
test(refuses, 'POST faults', { kind: 'gremlin' }, 400, /kind/);
test(refuses, 'POST faults', { kind: 'error' }, 400, /errcode/);
test(refuses, 'POST faults', { kind: 'error', errcode: 0 }, 400, /no error/);
test(refuses, 'POST faults', { kind: 'drip', endpoint: 'authorize' }, 400, /authorize page/);
test(refuses, 'POST faults', { kind: 'hang', probability: 2 }, 400, /probability/);
test(refuses, 'PUT behaviour', { consent: 'maybe' }, 400, /consent/);
test(refuses, 'PUT behaviour', { codeLifetimeMs: '5' }, 400, /codeLifetimeMs/);
test(refuses, 'POST codes', { appid, person: 'lilei', scope: 'snsapi_login' }, 400, /scope/);
test(refuses, 'POST codes', { appid: 'wx-unknown', person: 'lilei' }, 404, /PUT \/_simulator\/accounts/);
test(refuses, 'POST codes/batch', { appid, person: 'lilei' }, 400, /count/);
test(refuses, 'GET codes/unknown', undefined, 404, /No such code/);
test(refuses, 'GET calls?since=yesterday', undefined, 400, /since/);
test(refuses, 'GET calls?endpoint=nothing', undefined, 400, /endpoint/);
test(refuses, 'DELETE faults/7', undefined, 404, /none/);
test(refuses, 'GET nothing', undefined, 404, /unknown route/);

test('a body over 1 MiB is 413', async (t) => {
  const { url } = await withSimulator(t);
  const answer = await fetch(`${url}/_simulator/behaviour`, {
    method: 'PUT',
    body: 'x'.repeat((1 << 20) + 1),
  });
  t.is(answer.status, 413);
});
