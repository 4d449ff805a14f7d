import test from 'ava';
import type { Person } from '#test/support/person.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;
const idIn = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state') ?? '';

/** A login that was begun anew after a lost cookie: the kind that another browser may be asked to confirm. */
async function restartedLogin() {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  const lostUrl = await person.authorize(await person.start(entId));
  person.cookies.clear();
  const { location } = await person.visit(lostUrl);
  return { person, appid, authorizeUrl: location, id: idIn(location) };
}

/** Brings a code to a login and says yes to whatever page comes. */
async function confirm(
  person: Person,
  id: string,
  callbackUrl = `/wechat/callback?code=made-up&state=${id}`,
) {
  const { text } = await person.visit(callbackUrl);
  const [, action = `/logins/${id}/confirm`] = /action="([^"]+)"/.exec(text) ?? [];
  return await person.visit(action, { method: 'POST' });
}

test('who knows the id of a finished login cannot make it his by confirming a code of his own', async (t) => {
  const { person, authorizeUrl, id } = await restartedLogin();
  await person.callback(await person.authorize(authorizeUrl));
  t.is((await person.waitForEnd()).status, 'ready');
  const thief = service.person();
  t.is((await confirm(thief, id)).status, 404);
  t.is((await thief.readStatus({ id })).status, 404);
  t.is((await person.poll({ id })).status, 'ready');
});

test('nor the id of one whose code is on its way', async (t) => {
  const { person, appid, authorizeUrl, id } = await restartedLogin();
  control.addFault({ kind: 'latency', ms: 1_000, endpoint: 'access_token', appid });
  await person.callback(await person.authorize(authorizeUrl));
  const thief = service.person();
  t.is((await confirm(thief, id)).status, 404);
  t.is((await thief.readStatus({ id })).status, 404);
  t.is((await person.waitForEnd()).status, 'ready');
});

test('who sent the link cannot take the login back from the one who confirmed it', async (t) => {
  const { person: attacker, authorizeUrl, id } = await restartedLogin();
  const victim = service.person();
  t.is((await confirm(victim, id, await victim.authorize(authorizeUrl))).status, 303);
  t.is((await confirm(attacker, id)).status, 404);
  t.is((await attacker.readStatus({ id })).status, 404);
  t.is((await victim.waitForEnd()).status, 'ready');
});

test('who confirms gets his own login, never that of one who brought a code before', async (t) => {
  const { person: attacker, authorizeUrl, id } = await restartedLogin();
  const victim = service.person();
  const victimsUrl = await victim.authorize(authorizeUrl);
  await attacker.callback(await attacker.authorize(authorizeUrl));
  t.is((await attacker.waitForEnd()).status, 'ready');
  const page = await victim.visit(victimsUrl);
  t.is(page.status, 404);
  t.regex(page.text, /href="\/wechatTransfer\?ent_id=/);
  t.is((await victim.visit(`/logins/${id}/confirm`, { method: 'POST' })).status, 404);
  t.is((await victim.readStatus({ id })).status, 404);
});

test('a confirmation that no page of ours made is not taken, wherever it was sent from', async (t) => {
  const { person: attacker, authorizeUrl, id } = await restartedLogin();
  const victim = service.person();
  const { text } = await victim.visit(await attacker.authorize(authorizeUrl));
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? [];
  const [path = '', held = ''] = action.split('?held=');
  const other = `${held.startsWith('A') ? 'B' : 'A'}${held.slice(1)}`;
  for (const forged of [
    '',
    '?held=',
    `?held=${other}`,
    `?held=${held}&held=${held}`,
    `?held=${held.split('.', 1)}`,
  ]) {
    t.is((await victim.visit(path + forged, { method: 'POST' })).status, 404, forged);
  }
  t.is((await victim.readStatus({ id })).status, 404);
});

test('a code slipped in while the confirm page is open is not the one that is confirmed', async (t) => {
  const { person: attacker, appid, authorizeUrl, id } = await restartedLogin();
  const victim = service.person();
  const { text } = await victim.visit(await victim.authorize(authorizeUrl));
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? [];
  const slippedIn = await attacker.authorize(authorizeUrl);
  await victim.visit(slippedIn);
  t.is((await victim.visit(action, { method: 'POST' })).status, 303);
  t.is((await victim.waitForEnd()).status, 'ready');
  const code = new URL(slippedIn).searchParams.get('code') ?? '';
  t.is(control.calls({ endpoint: 'access_token', code }).calls.length, 0);
  const [binding, ...others] = await service.mongo.collection('bindings').find({ appid }).toArray();
  t.is(binding?.['openid'], (control.person(victim.name, appid) as { openid: string }).openid);
  t.is(others.length, 0);
  t.is((await attacker.readStatus({ id })).status, 404);
});

test('who repeats the callback takes the question from nobody who is still reading it', async (t) => {
  const { authorizeUrl } = await restartedLogin();
  const victim = service.person();
  const callbackUrl = await victim.authorize(authorizeUrl);
  const { text } = await victim.visit(callbackUrl);
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? [];
  // Scanners of links come without a cookie; WeChat itself may bring a second code.
  for (const method of ['GET', 'HEAD'] as const) await service.person().visit(callbackUrl, { method });
  await victim.visit(await victim.authorize(authorizeUrl));
  t.is((await victim.visit(action, { method: 'POST' })).status, 303);
  t.is((await victim.waitForEnd()).status, 'ready');
});
