import test from 'ava';
import { ticketIn } from '#test/support/person.ts';
import { createPhone, desktopUserAgent, digitsIn, openDesktop, otherThan } from '#test/support/scan.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const without = ({ 'x-request-id': _id, date: _date, ...rest }: Record<string, unknown>) => rest;

/** A desktop and a phone that has said yes. */
async function allowed() {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const digits = digitsIn(await phone.decide('allow'));
  return { entId, desktop, phone, digits };
}

test('an attacker who passed his QR code on, and whose victim said yes, is not in without the digits', async (t) => {
  const { desktop, digits, phone } = await allowed();
  t.like(await desktop.status(), { status: 'match' });
  t.is((await desktop.status()).location, undefined);
  const first = await desktop.send(otherThan(digits));
  t.like(first.json(), { status: 'match', tries_left: 1 });
  const second = await desktop.send(otherThan(otherThan(digits)));
  t.is(second.json().status, 'denied');
  // Too late, also with the right ones.
  const third = await desktop.send(digits);
  t.is(third.status, 409);
  t.deepEqual(await desktop.status(), { status: 'denied' });
  t.is(digitsIn(await phone.person.visit(phone.page)), '');
});

test('many guesses at once are two guesses', async (t) => {
  const { desktop, digits } = await allowed();
  const guesses = Array.from({ length: 20 }, (_, n) =>
    String((Number(digits) + 1 + n) % 1_000).padStart(3, '0'),
  );
  const answers = await Promise.all(guesses.map((guess) => desktop.send(guess)));
  t.is(answers.filter(({ status }) => status === 409).length, 18);
  t.is((await desktop.send(digits)).status, 409);
});

test('no digits count before the yes', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  t.is((await desktop.send('123')).status, 409);
  await createPhone(service).scan(desktop.qr);
  t.is((await desktop.send('123')).status, 409);
  t.deepEqual(await desktop.status(), { status: 'asking' });
});

test('to another browser a scan is one that does not exist: status, page, picture and digits', async (t) => {
  const { desktop, digits, entId } = await allowed();
  const thief = service.person({ userAgent: desktopUserAgent });
  await thief.visit(`/wechatTransfer?ent_id=${entId}`);
  const unknown = `00${'0'.repeat(32)}`;
  for (const path of ['/status', '/status?wait=25', '', '/qr.svg']) {
    const [its, nobodys] = await Promise.all(
      [desktop.id, unknown].map((id) => thief.visit(`/scans/${id}${path}`)),
    );
    t.is(its?.status, 404, path);
    t.deepEqual(without(its?.headers ?? {}), without(nobodys?.headers ?? {}));
    t.is(its?.text, nobodys?.text);
  }
  const [its, nobodys] = await Promise.all(
    [desktop.id, unknown].map((id) =>
      thief.visit(`/scans/${id}/match`, { method: 'POST', headers: form, body: `digits=${digits}` }),
    ),
  );
  t.is(its?.status, 404);
  t.is(its?.text, nobodys?.text);
  // Nor did it cost a try.
  t.is((await desktop.send(otherThan(digits))).json().tries_left, 1);
});

test('the page that asks is its phone’s alone, and only its own form answers it', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const thief = createPhone(service);
  await thief.person.visit(`/wechatTransfer?ent_id=${entId}`);
  t.is((await thief.person.visit(phone.page)).status, 404);
  const sent = await thief.person.visit(phone.page, {
    method: 'POST',
    headers: form,
    body: 'decision=allow',
  });
  t.is(sent.status, 404);
  t.is((await phone.decide('allow', { origin: 'https://evil.example' })).status, 403);
  t.is((await phone.decide('allow', { 'sec-fetch-site': 'cross-site' })).status, 403);
  t.is((await phone.decide('allow', { 'sec-fetch-site': 'same-site' })).status, 403);
  t.deepEqual(await desktop.status(), { status: 'asking' });
  t.regex(
    digitsIn(await phone.decide('allow', { origin: 'null', 'sec-fetch-site': 'same-origin' })),
    /^\d{3}$/,
  );
});

test('a computer that cancels is let in no more, and nobody else cancels for it', async (t) => {
  const enterprise = await service.seedEnterprise();
  const desktop = await openDesktop(service, enterprise.entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const { location } = (await desktop.send(digitsIn(await phone.decide('allow')))).json();
  const path = `/scans/${desktop.id}/cancel`;
  const cancel = (headers: Record<string, string>, person = desktop.person) =>
    person.visit(path, { method: 'POST', headers: { ...form, ...headers } });

  const thief = service.person({ userAgent: desktopUserAgent });
  await thief.visit(`/wechatTransfer?ent_id=${enterprise.entId}`);
  t.is((await cancel({}, thief)).status, 404);
  t.is((await cancel({ origin: 'https://evil.example' })).status, 403);
  t.is((await cancel({ 'sec-fetch-site': 'same-site' })).status, 403);
  for (const method of ['GET', 'PUT']) {
    const other = await desktop.person.visit(path, { method });
    t.is(other.status, 405);
    t.is(other.headers['allow'], 'POST');
  }
  t.is((await desktop.status()).location, location);

  const cancelled = await cancel({ origin: 'null', 'sec-fetch-site': 'same-origin' });
  t.is(cancelled.status, 303);
  t.is(cancelled.location, `/wechatTransfer?ent_id=${enterprise.entId}&lang=zh_CN&again=1`);
  t.deepEqual(await desktop.status(), { status: 'denied' });
  const ticket = ticketIn(location);
  t.is((await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket })).status, 400);
  // As often as it is sent.
  t.is((await cancel({})).status, 303);
});

test('bad input: digits that are none, words that are none, and whatever comes twice', async (t) => {
  const { desktop, phone } = await allowed();
  for (const digits of ['12', '1234', '12a', '１２３', '', ' 12', 123, null, ['123'], undefined]) {
    t.is((await desktop.send(digits)).status, 400, JSON.stringify(digits));
  }
  const post = (path: string, body: string, headers: Record<string, string> = form) =>
    desktop.person.visit(`/scans/${desktop.id}${path}`, { method: 'POST', headers, body });
  t.is((await post('/match', 'digits=123&digits=123')).status, 400);
  t.is((await post('/match', 'digits[]=123')).status, 400);
  t.is((await post('/match', 'digits=123', { 'content-type': 'text/plain' })).status, 415);
  t.is((await post('/match', `digits=${'1'.repeat(5_000)}`)).status, 413);
  t.is((await post('/match', '{"digits":', { 'content-type': 'application/json' })).status, 400);
  t.is((await desktop.person.visit(`/scans/${desktop.id}/status?wait=1&wait=2`)).status, 400);
  t.is((await desktop.person.visit(`/scans/${desktop.id}/status?wait=26`)).status, 400);
  t.is((await phone.decide('perhaps')).status, 400);
  t.is((await phone.decide('allow&decision=deny')).status, 400);
  // None of it cost a try.
  t.is((await desktop.status()).status, 'match');
});

test('two phones with one picture: the first that WeChat identified has it, whichever scanned first', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const [late, first] = [createPhone(service), createPhone(service)];
  const link = await late.person.visit(desktop.qr);
  await first.scan(desktop.qr);
  const callbackUrl = await late.person.authorize(link.location);
  await late.person.callback(callbackUrl);
  await late.person.waitForEnd();
  const path = `/logins/${late.person.loginId}/scan`;
  t.is((await late.person.visit(path)).status, 410);
  const sent = await late.person.visit(path, { method: 'POST', headers: form, body: 'decision=allow' });
  t.is(sent.status, 410);
  t.deepEqual(await desktop.status(), { status: 'asking' });
  // A third one that comes now is told so before WeChat is asked; the first may come back by the picture.
  t.is((await createPhone(service).person.visit(desktop.qr)).status, 410);
  t.is((await first.person.visit(desktop.qr)).location, first.page);
  t.regex(digitsIn(await first.decide('allow')), /^\d{3}$/);
});

test('whoever only opens the link takes nothing: previews, crawlers, and a phone that goes no further', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const path = new URL(desktop.qr).pathname;
  for (const [method, headers] of [
    ['HEAD', {}],
    ['GET', { 'sec-purpose': 'prefetch' }],
  ] as const) {
    const looked = await service.person().visit(path, { method, headers });
    t.is(looked.headers['set-cookie'], undefined);
    t.is(looked.location, '');
  }
  const outside = await service.person({ userAgent: desktopUserAgent }).visit(path);
  t.is(outside.status, 200);
  t.true(outside.text.includes(desktop.qr));
  t.is(outside.headers['set-cookie'], undefined);
  t.is((await service.person().visit(path)).status, 302);
  t.deepEqual(await desktop.status(), { status: 'waiting', qr: desktop.qr });
});

test('a made-up, an old and a misspelt QR code get a page that leads back', async (t) => {
  const { entId } = await service.seedEnterprise();
  const phone = service.person();
  await phone.visit(`/wechatTransfer?ent_id=${entId}`);
  for (const path of [`/q/${'x'.repeat(22)}`, '/q/again', '/q/%00', `/q/${'x'.repeat(500)}`]) {
    const page = await phone.visit(path);
    t.is(page.status, 410, path);
    t.true(page.text.includes(`href="/wechatTransfer?ent_id=${entId}"`), path);
  }
});

test('a phone that loses its cookie at WeChat’s page goes on as itself', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  const link = await phone.person.visit(desktop.qr);
  phone.person.cookies.clear();
  const restarted = await phone.person.callback(await phone.person.authorize(link.location));
  t.is(restarted.status, 302);
  await phone.person.callback(await phone.person.authorize(restarted.location));
  await phone.person.waitForEnd();
  const page = await phone.person.visit(`/logins/${phone.person.loginId}/scan`);
  t.is(page.status, 200);
  t.deepEqual(await desktop.status(), { status: 'asking' });
});

test('a phone that loses its cookie after it took a scan has lost it; the desktop’s time runs out', async (t) => {
  const { desktop, phone } = await allowed();
  phone.person.cookies.clear();
  t.is((await phone.person.visit(phone.page)).status, 404);
  t.is((await desktop.status()).status, 'match');
});

test('a desktop that reloads shows the same picture; one that opens its link anew has two', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const again = await desktop.person.visit(`/scans/${desktop.id}`);
  t.true(again.text.includes(`data-qr="${desktop.qr}"`));
  const next = await openDesktop(service, entId, { person: desktop.person });
  t.not(next.id, desktop.id);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  t.is((await next.status()).status, 'waiting');
  t.is((await desktop.send(digitsIn(await phone.decide('allow')))).json().status, 'ready');
});

test('a snapshot visitor is told so on the phone, and takes nothing', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = service.person();
  const { location } = await phone.visit(desktop.qr);
  const state = new URL(location).searchParams.get('state') ?? '';
  const { code } = service.simulator.control.mintCode({ appid, person: phone.name, state, snapshot: true });
  await phone.callback(`/wechat/callback?code=${code}&state=${state}`);
  t.deepEqual(await phone.waitForEnd(), { status: 'snapshot' });
  t.is((await phone.visit(`/logins/${state}/scan`)).location, `/logins/${state}`);
  t.is((await desktop.status()).status, 'waiting');
});

test('a person who is unbound between the yes and the digits is nobody', async (t) => {
  const enterprise = await service.seedEnterprise();
  const desktop = await openDesktop(service, enterprise.entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const digits = digitsIn(await phone.decide('allow'));
  const { bindings } = (await service.callAs(enterprise, 'GET', '/v1/bindings?cursor=')).json();
  const removed = await service.callAs(enterprise, 'DELETE', `/v1/bindings/${bindings[0].openid}`);
  t.is(removed.status, 204);
  const sent = await desktop.send(digits);
  t.true(sent.status === 409 || sent.json().status === 'expired', sent.text);
  t.is((await desktop.status()).location, undefined);
});

test('what Redis forgets in any state begins anew, and nobody is somebody else', async (t) => {
  const forget = async (...names: string[]) => {
    for (const name of names)
      for (const key of await service.findKeys(`:${name}`)) await service.redis.del(key);
  };
  const { entId } = await service.seedEnterprise();
  for (const state of ['waiting', 'asking', 'match', 'ended']) {
    const desktop = await openDesktop(service, entId);
    const phone = createPhone(service);
    if (state !== 'waiting') await phone.scan(desktop.qr);
    const digits = state === 'match' || state === 'ended' ? digitsIn(await phone.decide('allow')) : '000';
    if (state === 'ended') await desktop.send(digits);
    await forget(`scan:${desktop.id}`);
    t.is((await desktop.person.visit(`/scans/${desktop.id}/status`)).status, 404, state);
    t.is((await desktop.person.visit(`/scans/${desktop.id}`)).status, 404, state);
    t.is((await desktop.send(digits)).status, 404, state);
    t.is((await createPhone(service).person.visit(desktop.qr)).status, 410, state);
    if (state !== 'waiting') {
      t.is((await phone.person.visit(phone.page)).status, 410, state);
      t.is((await phone.decide('allow')).status, 410, state);
    }
  }
  // The phone's login is gone, its scan is not.
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const digits = digitsIn(await phone.decide('allow'));
  await forget(`login:${phone.person.loginId}`);
  t.is((await desktop.send(digits)).status, 409);
  t.is((await desktop.status()).location, undefined);
});

test('the poll of a desktop is answered when the phone acts, not at the end of its wait', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  let answered = false;
  const held = desktop.status(25).finally(() => {
    answered = true;
  });
  await until(async () => {
    const answer = await fetch(`${service.ingresses[0]?.adminUrl}/metrics`, {
      headers: { authorization: `Bearer ${service.adminToken}` },
    });
    return /^wechat_held_scan_requests [1-9]/m.test(await answer.text());
  });
  t.false(answered);
  await phone.scan(desktop.qr);
  t.is((await held).status, 'asking');
});
