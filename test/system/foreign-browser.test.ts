import test from 'ava';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;
const exchangesOf = (callbackUrl: string) => {
  const code = new URL(callbackUrl).searchParams.get('code') ?? '';
  return control.calls({ endpoint: 'access_token', code }).calls.length;
};
const idIn = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state') ?? '';
const openidOf = (name: string, appid: string) => control.person(name, appid) as { openid: string };

/** A login whose callback comes from a browser without its cookie: it has been restarted, and may be lost once more. */
async function someoneRestarted(name = 'Acme') {
  const enterprise = await service.seedEnterprise({ name });
  const person = service.person();
  const lostUrl = await person.authorize(await person.start(enterprise.entId, { target: '/chat/7' }));
  person.cookies.clear();
  const restart = await person.visit(lostUrl);
  return { ...enterprise, person, lostUrl, restart };
}

test('a browser that lost its cookie begins anew, once and by itself, and then gets through', async (t) => {
  const { person, lostUrl, restart, loginUrl } = await someoneRestarted();
  t.is(restart.status, 302);
  t.true(restart.location.startsWith(`${service.simulator.url}/connect/oauth2/authorize?`));
  t.not(idIn(restart.location), idIn(lostUrl));
  t.is((await person.callback(await person.authorize(restart.location))).status, 303);
  const end = await person.waitForEnd();
  t.is(end.status, 'ready');
  t.true(end.location?.startsWith(`${loginUrl}?ticket=`));
  t.true(end.location?.endsWith(`&target=${encodeURIComponent('/chat/7')}`));
  t.is(exchangesOf(lostUrl), 0);
});

test('a browser that loses it again is asked, by a page that names the enterprise, and nothing happens yet', async (t) => {
  const { person, restart } = await someoneRestarted('Acme 客服');
  const lostUrl = await person.authorize(restart.location);
  person.cookies.clear();
  const page = await person.visit(lostUrl);
  t.is(page.status, 200);
  t.true(page.text.includes('Acme 客服'));
  t.regex(page.text, /<form method="post"/i);
  t.is((await person.readStatus({ id: idIn(restart.location) })).status, 404);
  t.is(exchangesOf(lostUrl), 0);
});

test('once the person confirms, the login ends in that browser and in no other', async (t) => {
  const { person, restart } = await someoneRestarted();
  const id = idIn(restart.location);
  const lostUrl = await person.authorize(restart.location);
  const first = service.person();
  for (const [name, value] of person.cookies) first.cookies.set(name, value);
  person.cookies.clear();
  const [, action = ''] = /action="([^"]+)"/.exec((await person.visit(lostUrl)).text) ?? [];
  const confirmed = await person.visit(action, { method: 'POST' });
  t.is(confirmed.status, 303);
  t.is(confirmed.location, `/logins/${id}?confirmed`);
  t.is((await person.waitForEnd()).status, 'ready');
  t.is((await first.readStatus({ id })).status, 404);
  t.is((await person.visit(action, { method: 'POST' })).location, `/logins/${id}?confirmed`);
  t.is(exchangesOf(lostUrl), 1);
});

test('nobody else can confirm: neither another browser nor another site’s form', async (t) => {
  const { person, restart } = await someoneRestarted();
  const lostUrl = await person.authorize(restart.location);
  person.cookies.clear();
  const [, action = ''] = /action="([^"]+)"/.exec((await person.visit(lostUrl)).text) ?? [];
  const other = service.person();
  await other.start((await service.seedEnterprise()).entId);
  t.true((await other.visit(action, { method: 'POST' })).status >= 400);
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': 'same-site' },
  ]) {
    t.is((await person.visit(action, { method: 'POST', headers })).status, 403);
  }
  t.is((await person.visit(action)).status, 405);
  t.is(exchangesOf(lostUrl), 0);
});

test('a confirmation that nobody was asked for is not taken', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const other = service.person();
  await other.start(entId);
  const answer = await other.visit(`/logins/${person.loginId}/confirm`, { method: 'POST' });
  t.is(answer.status, 404);
  t.is((await other.readStatus({ id: person.loginId })).status, 404);
});

test('an attacker’s callback link logs its victim in as himself, never as the attacker', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const [attacker, victim] = [service.person(), service.person()];
  const trap = await attacker.authorize(await attacker.start(entId));
  const answer = await victim.visit(trap);
  t.is(answer.status, 302);
  await victim.callback(await victim.authorize(answer.location));
  t.is((await victim.waitForEnd()).status, 'ready');
  const bindings = await service.mongo.collection('bindings').find({ entId }).toArray();
  t.deepEqual(
    bindings.map(({ openid }) => openid as string),
    [openidOf(victim.name, appid).openid],
  );
  t.is(exchangesOf(trap), 0);
});

test('nor by a link from a login that was restarted already: there the victim is asked first', async (t) => {
  const { person: attacker, restart, entId } = await someoneRestarted();
  const trap = await attacker.authorize(restart.location);
  const victim = service.person();
  const page = await victim.visit(trap);
  t.is(page.status, 200);
  t.regex(page.text, /<form method="post"/i);
  t.is(exchangesOf(trap), 0);
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 0);
  // Looking at the page takes nothing away from the browser that began.
  t.is((await attacker.callback(trap)).status, 303);
  t.is((await attacker.waitForEnd()).status, 'ready');
});

test('a callback’s address that is opened outside WeChat shows where to open it, and not WeChat’s dead end', async (t) => {
  const { entId } = await service.seedEnterprise({ name: 'Acme 客服' });
  const owner = service.person();
  const copied = await owner.authorize(await owner.start(entId, { target: '/chat/7' }));
  const desktop = service.person({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' });
  const page = await desktop.visit(copied);
  t.is(page.status, 200);
  t.true(page.text.includes('Acme 客服'));
  t.true(page.text.includes(`/wechatTransfer?ent_id=${entId}&amp;target=%2Fchat%2F7`));
  t.false(page.text.includes(new URL(copied).searchParams.get('code') ?? ''));
  t.is(exchangesOf(copied), 0);
  // The login is still its owner's.
  await owner.callback(copied);
  t.is((await owner.waitForEnd()).status, 'ready');

  t.is((await desktop.visit('/wechat/callback?code=made-up&state=no-login')).status, 400);
  await until(() => service.logs().some((line) => /"fields":\["state"\]/.test(line)));
  const unknown = await desktop.visit(`/wechat/callback?code=made-up&state=00${'0'.repeat(32)}`);
  t.is(unknown.status, 404);
  t.is(unknown.location, '');
});
