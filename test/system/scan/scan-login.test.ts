import { createHash } from 'node:crypto';
import test from 'ava';
import { ticketIn } from '#test/support/person.ts';
import { createPhone, digitsIn, openDesktop, simulateScan } from '#test/support/scan.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();

test('a phone lets a computer in: it scans, says yes, and its digits are typed there', async (t) => {
  const enterprise = await service.seedEnterprise({ name: 'Acme 客服' });
  const desktop = await openDesktop(service, enterprise.entId, { more: '&target=/chat/7&lang=en' });
  t.regex(desktop.qr, new RegExp(`^${service.publicUrl}/q/[0-9A-Za-z]{22}$`));
  t.true(desktop.page.text.includes('<svg'));
  t.deepEqual(await desktop.status(), { status: 'waiting', qr: desktop.qr });

  const phone = createPhone(service, service.person({ name: 'lilei' }));
  const woken = desktop.status(25);
  const confirm = await phone.scan(desktop.qr);
  t.is(confirm.status, 200);
  for (const shown of ['Acme 客服', 'Li Lei', 'Chrome 130 · Windows 10'])
    t.true(confirm.text.includes(shown), shown);
  // Cancel comes first.
  t.true(confirm.text.indexOf('value="deny"') < confirm.text.indexOf('value="allow"'));
  t.deepEqual(await woken, { status: 'asking' });

  const digits = digitsIn(await phone.decide('allow'));
  t.regex(digits, /^\d{3}$/);
  const who = (await desktop.status()).who;
  t.is(who?.nickname, 'Li Lei');
  const answer = (await desktop.send(digits)).json();
  t.is(answer.status, 'ready');
  t.is(new URL(answer.location).searchParams.get('target'), '/chat/7');
  t.deepEqual(await desktop.status(25), answer);

  const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
    ticket: ticketIn(answer.location),
  });
  t.like(redeemed.json(), { nickname: 'Li Lei', via: 'scan', created: true, target: '/chat/7' });
  // Its ticket did its work: who comes back finds a new QR code, and no dead page.
  t.deepEqual(await desktop.status(), { status: 'expired' });
  const again = await desktop.person.visit(`/scans/${desktop.id}`);
  t.regex(again.text, /href="\/wechatTransfer\?ent_id=[^"]*target=%2Fchat%2F7/);
});

test('what the host gave to the desktop’s link stays with the desktop: state and challenge', async (t) => {
  const enterprise = await service.seedEnterprise();
  const verifier = 'v'.repeat(43);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const more = `&state=its-own-state&code_challenge=${challenge}&code_challenge_method=S256`;
  const desktop = await openDesktop(service, enterprise.entId, { more });
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const { location } = (await desktop.send(digitsIn(await phone.decide('allow')))).json();
  t.is(new URL(location).searchParams.get('state'), 'its-own-state');
  const ticket = ticketIn(location);
  t.is((await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket })).status, 400);
  const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
    ticket,
    code_verifier: verifier,
  });
  t.like(redeemed.json(), { state: 'its-own-state', via: 'scan' });
});

test('a person whom the host does not know binds on the desktop', async (t) => {
  const enterprise = await service.seedEnterprise({ unbound: 'bind' });
  const desktop = await openDesktop(service, enterprise.entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const { status, location } = (await desktop.send(digitsIn(await phone.decide('allow')))).json();
  t.is(status, 'bind');
  t.true(location.startsWith('https://host.example/bind?bind_ticket='), location);
  const bound = await service.callAs(enterprise, 'POST', '/v1/bindings', {
    bind_ticket: ticketIn(location),
    user_id: 'u_7',
  });
  t.like(bound.json(), { user_id: 'u_7', created: true, via: 'scan' });
});

test('the simulator’s phone scans as a person does, also where a consent page stands before WeChat’s', async (t) => {
  const { entId } = await service.seedEnterprise({ consent_page: true, name: 'Acme' });
  const desktop = await openDesktop(service, entId);
  const found = await simulateScan(service.simulator.url, desktop.qr, 'hanmeimei');
  t.is(found.status, 200);
  t.regex(found.url, /\/logins\/[0-9a-f]{34}\/scan$/);
  t.regex(found.title, /Acme/);
  t.is((await desktop.status()).status, 'asking');
  const used = await simulateScan(service.simulator.url, desktop.qr, 'lilei');
  t.is(used.status, 410);
});

test('the simulator’s phone taps what it is told to: it says yes, and shows the digits', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const allowed = await simulateScan(service.simulator.url, desktop.qr, 'tapper', 'allow');
  t.is((await desktop.send(digitsIn({ text: allowed.html }))).json().status, 'ready');

  const refused = await openDesktop(service, entId);
  const [unknown, denied] = [
    await simulateScan(service.simulator.url, refused.qr, 'tapper', 'perhaps').catch(String),
    await simulateScan(service.simulator.url, refused.qr, 'tapper', 'deny'),
  ];
  t.regex(String(unknown), /404.*no button perhaps; it has: deny, allow/);
  t.is(denied.status, 200);
  t.is((await refused.status()).status, 'denied');
});

test('a person who says no is asked no more, and the desktop hears it', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const woken = desktop.status(25);
  t.is((await phone.decide('deny')).status, 200);
  t.deepEqual(await woken, { status: 'denied' });
  t.is(digitsIn(await phone.decide('allow')), '');
  t.deepEqual(await desktop.status(), { status: 'denied' });
  const { text } = await fetch(`${service.ingresses[0]?.adminUrl}/metrics`, {
    headers: { authorization: `Bearer ${service.adminToken}` },
  }).then(async (answer) => ({ text: await answer.text() }));
  t.true(text.includes(`wechat_scans_denied_total{ent_id="${entId}"} 1`));
});

test('a person who takes the yes back is told so without the digits, and the desktop hears it', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const digits = digitsIn(await phone.decide('allow'));
  const woken = desktop.person.visit(`/scans/${desktop.id}/status?wait=25&told=match`);
  const denied = await phone.decide('deny');
  t.is(denied.status, 200);
  t.is(digitsIn(denied), '');
  t.deepEqual((await woken).json(), { status: 'denied' });
  t.is((await desktop.send(digits)).status, 409);
  t.is((await desktop.status()).location, undefined);
});

test('without JavaScript: the page comes again by itself, and its form takes the digits', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const refresh = `<noscript><meta http-equiv="refresh" content="5;url=/scans/${desktop.id}"></noscript>`;
  t.true(desktop.page.text.includes(refresh));
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  t.true((await desktop.person.visit(`/scans/${desktop.id}`)).text.includes(refresh));
  const digits = digitsIn(await phone.decide('allow'));
  t.true((await desktop.person.visit(`/scans/${desktop.id}`)).text.includes('name="digits"'));
  const sent = await desktop.person.visit(`/scans/${desktop.id}/match`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `digits=${digits}`,
  });
  t.is(sent.status, 303);
  t.is(sent.location, `/scans/${desktop.id}`);
  const end = await desktop.person.visit(sent.location);
  t.regex(
    end.text,
    /<noscript><meta http-equiv="refresh" content="2;url=https:\/\/host\.example\/login\?ticket=/,
  );
});

test('a computer on which its person typed digits before is let in by the phone alone, until the host unbinds him', async (t) => {
  const enterprise = await service.seedEnterprise();
  const { entId } = enterprise;
  const phone = createPhone(service);
  const first = await openDesktop(service, entId);
  await phone.scan(first.qr);
  await first.send(digitsIn(await phone.decide('allow')));

  const second = await openDesktop(service, entId, { person: first.person });
  await phone.scan(second.qr);
  t.is(digitsIn(await phone.decide('allow')), '');
  const end = await second.status();
  t.is(end.status, 'ready');
  const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
    ticket: ticketIn(end.location),
  });
  t.is(redeemed.status, 200);

  // It is this person's alone.
  const other = createPhone(service);
  const third = await openDesktop(service, entId, { person: first.person });
  await other.scan(third.qr);
  t.not(digitsIn(await other.decide('allow')), '');
  // And at this enterprise alone.
  const elsewhere = await service.seedEnterprise({ appid: enterprise.appid });
  const fourth = await openDesktop(service, elsewhere.entId, { person: first.person });
  await phone.scan(fourth.qr);
  t.not(digitsIn(await phone.decide('allow')), '');

  const { openid } = redeemed.json();
  t.is((await service.callAs(enterprise, 'DELETE', `/v1/bindings/${openid}`)).status, 204);
  const fifth = await openDesktop(service, entId, { person: first.person });
  await phone.scan(fifth.qr);
  t.not(digitsIn(await phone.decide('allow')), '');
});

test.serial('of one desktop’s questions two are held; a third has the oldest answered', async (t) => {
  const { entId } = await service.seedEnterprise();
  const desktop = await openDesktop(service, entId);
  const two = [desktop.status(25), desktop.status(25)];
  await until(async () => (await heldScans()) === 2);
  const last = desktop.status(25);
  const whatCame = await Promise.race([...two, until(async () => (await heldScans()) === 3)]);
  t.like(whatCame, { status: 'waiting' });
  await createPhone(service).scan(desktop.qr);
  const told = await Promise.all([...two, last]);
  t.deepEqual(told.map(({ status }) => status).toSorted(), ['asking', 'asking', 'waiting']);
});

async function heldScans(): Promise<number> {
  const answer = await fetch(`${service.ingresses[0]?.adminUrl}/metrics`, {
    headers: { authorization: `Bearer ${service.adminToken}` },
  });
  return Number(/^wechat_held_scan_requests (\d+)/m.exec(await answer.text())?.[1]);
}
