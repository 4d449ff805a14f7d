import test from 'ava';
import { createTicket } from '#models/login/ticket.ts';
import { digest } from '#operations/digest.ts';
import { withHostDoor } from '#test/ingress/host/with-host-door.ts';
import { shared } from '#test/support/shared.ts';

const path = '/v1/tickets/redeem';
const door = shared(test, withHostDoor);

test('a ticket tells who logged in, in the host interface’s words', async (t) => {
  const { call, settle } = door();
  const { ticket, identity } = await settle('ready', { target: '/chat/7', unionid: 'oU1' });
  const answer = await call('POST', path, { json: { ticket } });
  t.is(answer.status, 200);
  t.is(answer.headers.get('cache-control'), 'no-store');
  t.deepEqual(answer.json, {
    ent_id: 'acme',
    user_id: 'u_1',
    appid: identity.appid,
    openid: identity.openid,
    unionid: 'oU1',
    nickname: '小明 😀',
    avatar_url: identity.avatarUrl,
    created: true,
    target: '/chat/7',
    authenticated_at: '2026-01-02T03:04:05.000Z',
  });
});

test('a unionid is told by no ticket once the enterprise keeps none any more', async (t) => {
  const { call, settle, enterprises } = await withHostDoor(t);
  const { ticket } = await settle('ready', { unionid: 'oU1' });
  const acme = enterprises.get('acme');
  if (acme === undefined) throw new Error('no acme');
  enterprises.set('acme', { ...acme, unionid: 'never' });
  const { status, json } = await call('POST', path, { json: { ticket } });
  t.is(status, 200);
  t.false('unionid' in json);
});

test('unionid and target are left out when there are none', async (t) => {
  const { call, settle } = door();
  const { ticket } = await settle('ready');
  const { json } = await call('POST', path, { json: { ticket } });
  t.false('unionid' in json);
  t.false('target' in json);
});

test('with the same Idempotency-Key a repeat gets the same answer; with another one, or none, it is used up', async (t) => {
  const { call, settle } = door();
  const { ticket } = await settle('ready');
  const redeem = (key?: string) =>
    call('POST', path, { json: { ticket }, ...(key && { headers: { 'idempotency-key': key } }) });
  const first = await redeem('request-1');
  t.is(first.status, 200);
  const again = await redeem('request-1');
  t.is(again.status, 200);
  t.is(again.text, first.text);
  t.is((await redeem('request-2')).json.error, 'invalid_grant');
  t.is((await redeem()).json.error, 'invalid_grant');
  t.is((await redeem('k'.repeat(256))).json.error, 'invalid_request');
  t.is((await redeem('two words')).json.error, 'invalid_request');
});

test('a start with a challenge is redeemed with its verifier only, and hands the host’s state back', async (t) => {
  const { call, settle } = door();
  const verifier = 'v'.repeat(43);
  const { ticket } = await settle('ready', { challenge: digest(verifier), hostState: 'state-1' });
  const redeem = (codeVerifier?: unknown) =>
    call('POST', path, { json: { ticket, code_verifier: codeVerifier } });
  t.is((await redeem()).json.error, 'invalid_grant');
  t.is((await redeem('w'.repeat(43))).json.error, 'invalid_grant');
  t.is((await redeem(43)).json.error, 'invalid_request');
  t.like(await redeem(verifier), { status: 200, json: { user_id: 'u_1', state: 'state-1' } });
});

test('a person who was unbound meanwhile is not redeemed, also not by a repeat', async (t) => {
  const { call, settle, bindings } = door();
  const { ticket, identity } = await settle('ready');
  const { appid, openid, userId } = identity;
  const now = new Date();
  await bindings.create({
    entId: 'acme',
    appid,
    openid,
    userId,
    createdBy: 'x',
    createdAt: now,
    updatedAt: now,
  });
  const redeem = () => call('POST', path, { json: { ticket }, headers: { 'idempotency-key': 'request-1' } });
  t.is((await redeem()).status, 200);
  t.is((await call('DELETE', `/v1/bindings/${identity.openid}`)).status, 204);
  t.is((await redeem()).json.error, 'invalid_grant');
});

test('a used, an expired, an unknown and another enterprise’s ticket are refused alike', async (t) => {
  const { call, settle, clock } = await withHostDoor(t);
  const used = await settle('ready');
  await call('POST', path, { json: { ticket: used.ticket } });
  const answers = [await call('POST', path, { json: { ticket: used.ticket } })];

  const foreign = await settle('ready');
  const auth = 'other:the-key-of-other';
  answers.push(await call('POST', path, { auth, json: { ticket: foreign.ticket } }));
  answers.push(await call('POST', path, { json: { ticket: createTicket(foreign.id) } }));
  answers.push(await call('POST', path, { json: { ticket: createTicket(`00${'f'.repeat(32)}`) } }));
  answers.push(await call('POST', path, { json: { ticket: 'no ticket at all' } }));
  const forBind = await settle('bind');
  answers.push(await call('POST', path, { json: { ticket: forBind.ticket } }));

  clock.offsetMs = 60_100;
  answers.push(await call('POST', path, { json: { ticket: foreign.ticket } }));
  const [first] = answers;
  t.is(first?.json.error, 'invalid_grant');
  for (const answer of answers) {
    t.is(answer.status, 400);
    t.is(answer.text, first?.text ?? '');
  }
});

test('another enterprise’s attempt leaves the ticket usable', async (t) => {
  const { call, settle } = door();
  const { ticket } = await settle('ready');
  await call('POST', path, { auth: 'other:the-key-of-other', json: { ticket } });
  const { status } = await call('POST', path, { json: { ticket } });
  t.is(status, 200);
});

test('of twenty simultaneous redemptions one succeeds', async (t) => {
  const { call, settle } = door();
  const { ticket } = await settle('ready');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call('POST', path, { json: { ticket } })),
  );
  t.is(answers.filter(({ status }) => status === 200).length, 1);
  t.is(answers.filter(({ status }) => status === 400).length, 19);
});

test('a redemption needs nothing of MongoDB', async (t) => {
  const { call, settle, mongo } = await withHostDoor(t);
  const { ticket } = await settle('ready');
  await mongo.close();
  const { status } = await call('POST', path, { json: { ticket } });
  t.is(status, 200);
});

test('with Redis away a redemption is told to try again', async (t) => {
  const { call, settle, redis, lines } = await withHostDoor(t);
  const { ticket } = await settle('ready');
  redis.disconnect();
  const { status, json, headers } = await call('POST', path, { json: { ticket } });
  t.is(status, 503);
  t.is(json.error, 'temporarily_unavailable');
  t.regex(headers.get('retry-after') ?? '', /^\d+$/);
  t.false(lines.join('').includes(ticket));
});
