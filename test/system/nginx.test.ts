import test from 'ava';
import { Agent, request } from 'undici';
import { freePort } from '#dev-stores/free-port.ts';
import { startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withNginx } from '#test/support/with-nginx.ts';

// Linux has all of 127/8: each test has addresses of its own, so that their limits do not meet.
const host = '127.0.1.1';
const from = (localAddress: string) => new Agent({ localAddress, connections: 64, pipelining: 1 });

const port = await freePort();
const service = await startService({
  env: { PUBLIC_URL: `https://127.0.0.1:${port}`, TRUSTED_PROXIES: '127.0.0.1' },
});
const closing: (() => unknown)[] = [];
const nginx = await withNginx(
  { teardown: (close: () => unknown) => void closing.unshift(close) },
  { port, host, ingress: service.ingresses[0]?.url ?? '' },
);
test.after.always(async () => {
  for (const close of closing) await close();
  await service.stop();
});
const personAt = (address: string, more = {}) =>
  service.person({ ingressUrl: nginx.url, dispatcher: from(address), ...more });

test('a login goes through, and its access log has no code, ticket, login id, openid or query', async (t) => {
  const { entId, apiKey } = await service.seedEnterprise();
  const person = personAt('127.0.2.1');
  const authorizeUrl = await person.start(entId, { target: '/chat/7' });
  const id = new URL(authorizeUrl).searchParams.get('state') ?? '';
  const callbackUrl = await person.authorize(authorizeUrl);
  t.is((await person.callback(callbackUrl)).status, 303);
  const end = await person.waitForEnd();
  t.is(end.status, 'ready');

  const authorization = `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const backend = personAt(host);
  const ticket = new URL(end.location ?? '').searchParams.get('ticket') ?? '';
  const redeemed = await backend.visit('/v1/tickets/redeem', {
    method: 'POST',
    headers,
    body: JSON.stringify({ ticket }),
  });
  t.is(redeemed.status, 200);
  const { openid } = redeemed.json();
  t.is((await backend.visit(`/v1/bindings?openid=${openid}`, { headers })).status, 200);
  t.is((await backend.visit(`/v1/bindings/${openid}`, { method: 'DELETE', headers })).status, 204);

  const log = await until(async () => {
    const text = await nginx.accessLog();
    return text.includes('DELETE /v1/bindings/- 204') && text;
  });
  t.regex(log, /GET \/wechatTransfer 302 /);
  t.regex(log, /GET \/wechat\/callback 303 /);
  t.regex(log, /GET \/logins\/-\/status 200 [\d.]+ [0-9a-f-]{36}$/m);
  const code = new URL(callbackUrl).searchParams.get('code') ?? '';
  for (const secret of [code, ticket, id, openid, entId, '?']) t.false(log.includes(secret), secret);
});

test('a waiting page is seen while it is kept open', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = personAt('127.0.2.2');
  const { name } = person;
  service.simulator.control.addFault({ kind: 'latency', ms: 2_000, person: name, endpoint: 'access_token' });
  await person.callback(await person.authorize(await person.start(entId)));
  const cookie = [...person.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  const { body } = await request(`${nginx.url}/logins/${person.loginId}`, {
    headers: { cookie },
    dispatcher: from('127.0.2.2'),
  });
  let seen = '';
  for await (const part of body) {
    seen += part;
    if (seen.includes('</script>')) break;
  }
  t.true(seen.includes('<main id="login"'));
  t.is((await person.poll()).status, 'pending');
});

test('the host’s door is open to the host’s address alone', async (t) => {
  const { entId, apiKey } = await service.seedEnterprise();
  const headers = { authorization: `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}` };
  t.is((await personAt(host).visit('/v1/bindings?user_id=u', { headers })).status, 200);
  const stranger = personAt('127.0.3.1');
  t.is((await stranger.visit('/v1/bindings?user_id=u', { headers })).status, 403);
  for (const spelling of [
    '/V1/bindings',
    '//v1/bindings',
    '/%76%31/bindings',
    '/v1%2fbindings',
    '/v1/Bindings',
  ]) {
    const { status } = await stranger.visit(`${nginx.url}${spelling}?user_id=u`, { headers });
    t.true(status === 403 || status === 404, `${spelling}: ${status}`);
  }
});

test('a flood from one address hears 429, with a page that comes again, and others walk in', async (t) => {
  const { entId } = await service.seedEnterprise();
  const flood = personAt('127.0.4.1');
  const answers = await Promise.all(
    Array.from({ length: 600 }, () => flood.visit(`/wechatTransfer?ent_id=${entId}`)),
  );
  const refused = answers.filter(({ status }) => status === 429);
  const served = answers.filter(({ status }) => status === 302);
  t.is(refused.length + served.length, 600);
  // A burst, and twenty for each second that the flood took.
  t.true(served.length >= 200 && refused.length > 0, `${served.length} were served`);
  t.regex(refused[0]?.text ?? '', /http-equiv="refresh"/);
  t.is(refused[0]?.headers['retry-after'], '5');
  t.is((await personAt('127.0.4.2').visit(`/wechatTransfer?ent_id=${entId}`)).status, 302);
});

test('no other spelling of the start’s address gets round its limit', async (t) => {
  const { entId } = await service.seedEnterprise();
  const spellings = ['wechatTransfer/', 'WeChatTransfer', '%77echatTransfer', 'wechattransfer/'];
  for (const [n, spelling] of spellings.entries()) {
    const flood = personAt(`127.0.6.${n + 1}`);
    const answers = await Promise.all(
      Array.from({ length: 380 }, () => flood.visit(`/${spelling}?ent_id=${entId}`)),
    );
    const begun = answers.filter(({ status }) => status === 302).length;
    t.true(begun === 0 || answers.some(({ status }) => status === 429), `${spelling}: ${begun} begun`);
  }
});

test('whose address it is, is what nginx says, not what the client says of itself', async (t) => {
  const { entId } = await service.seedEnterprise();
  const headers = {
    authorization: `Basic ${Buffer.from(`${entId}:wrong`).toString('base64')}`,
    'x-forwarded-for': '198.51.100.99',
  };
  t.is((await personAt(host).visit('/v1/bindings?user_id=u', { headers })).status, 401);
  const line = await until(() => service.logs().find((text) => text.includes('credential refused')));
  t.is(JSON.parse(line).address, host);
});

test('a host’s import of many lines is let through', async (t) => {
  const { entId, apiKey, appid } = await service.seedEnterprise();
  const lines = Array.from({ length: 2_000 }, (_, n) =>
    JSON.stringify({ openid: `o${String(n).padStart(27, '0')}`, user_id: `user-${n}`, appid }),
  );
  const headers = {
    authorization: `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`,
    'content-type': 'application/x-ndjson',
  };
  const body = lines.join('\n');
  t.true(body.length > 100_000);
  const answer = await personAt(host).visit('/v1/bindings/import', { method: 'POST', headers, body });
  t.is(answer.status, 200, answer.text.slice(0, 200));
  t.is(answer.text.trim().split('\n').length, 2_000);
});

test('cookies of sister systems, 10 KB of them, are let through', async (t) => {
  const { entId } = await service.seedEnterprise();
  const headers = { cookie: `sister=${'x'.repeat(10_000)}` };
  t.is((await personAt('127.0.5.1').visit(`/wechatTransfer?ent_id=${entId}`, { headers })).status, 302);
});

test.after('nothing is in the error log', async (t) => {
  t.is(await nginx.errorLog(), '');
});
