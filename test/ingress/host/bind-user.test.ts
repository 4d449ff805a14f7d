import test from 'ava';
import { openOutcome } from '#models/login/ticket.ts';
import { digest } from '#operations/digest.ts';
import { withHostDoor } from '#test/ingress/host/with-host-door.ts';
import { shared } from '#test/support/shared.ts';
import { until } from '#test/support/until.ts';

const path = '/v1/bindings';
const door = shared(test, withHostDoor);

test('a bind makes the binding, the login ready and answers as a redemption does', async (t) => {
  const { call, settle, bindings, records, sealer, announced } = door();
  const { id, ticket, identity } = await settle('bind', { target: '/chat', unionid: 'oU' });
  const answer = await call('POST', path, { json: { bind_ticket: ticket, user_id: '张三' } });
  t.is(answer.status, 200);
  t.like(answer.json, {
    ent_id: 'acme',
    user_id: '张三',
    openid: identity.openid,
    created: true,
    target: '/chat',
  });
  t.false('ticket' in answer.json);

  const [stored] = await bindings.find({ openid: identity.openid }).lean();
  t.like(stored, {
    userId: '张三',
    openid: identity.openid,
    unionid: 'oU',
    createdBy: id,
    nickname: '小明 😀',
  });

  const record = await records.read(id);
  t.is(record?.status, 'ready');
  const told = () => announced.filter((settled) => settled.id === id && settled.status === 'ready');
  await until(() => told().length > 0);
  t.deepEqual(told(), [{ id, status: 'ready', browser: 'browser', outcome: record?.outcome ?? '' }]);
  t.is(openOutcome(sealer, { loginId: id, browser: 'browser' }, record?.outcome ?? '').userId, '张三');
});

test('the page’s own ticket still works after the host has bound', async (t) => {
  const { call, settle, records, sealer } = door();
  const { id, ticket } = await settle('bind');
  await call('POST', path, { json: { bind_ticket: ticket, user_id: 'u1' } });
  const record = await records.read(id);
  const fresh = openOutcome(sealer, { loginId: id, browser: 'browser' }, record?.outcome ?? '').ticket;
  const answer = await call('POST', '/v1/tickets/redeem', { json: { ticket: fresh } });
  t.is(answer.status, 200);
  t.is(answer.json.user_id, 'u1');
});

test('a login that its host has taken is counted once, and one of OpenID Connect when its client takes it', async (t) => {
  const { call, settle, counted } = await withHostDoor(t);
  const bind = async (goal?: `oidc:${string}`) => {
    const { ticket } = await settle('bind', { goal });
    return (await call('POST', path, { json: { bind_ticket: ticket, user_id: 'u1' } })).json;
  };
  t.regex(String((await bind('oidc:interaction')).continue_url), /oidc\/interaction\/interaction\/finish/);
  t.deepEqual(counted, []);
  t.false('continue_url' in (await bind()));
  t.deepEqual(counted, ['redeemed']);
});

test('with the same Idempotency-Key a repeat gets the same answer; with another one, or none, it is used up', async (t) => {
  const { call, settle } = door();
  const { ticket } = await settle('bind');
  const json = { bind_ticket: ticket, user_id: 'u1' };
  const bind = (key?: string, body: object = json) =>
    call('POST', path, { json: body, ...(key && { headers: { 'idempotency-key': key } }) });
  const first = await bind('request-1');
  t.is(first.status, 200);
  const again = await bind('request-1');
  t.is(again.status, 200);
  t.is(again.text, first.text);
  t.is((await bind('request-2')).json.error, 'invalid_grant');
  t.is((await bind()).json.error, 'invalid_grant');
  t.is((await bind('request-1', { ...json, user_id: 'u2' })).status, 409);
});

test('a start with a challenge binds with its verifier only, and hands the host’s state back', async (t) => {
  const { call, settle, bindings } = door();
  const verifier = 'v'.repeat(43);
  const { ticket, identity } = await settle('bind', { challenge: digest(verifier), hostState: 'state-1' });
  const json = { bind_ticket: ticket, user_id: 'u1' };
  for (const wrong of [undefined, 'w'.repeat(43)]) {
    const answer = await call('POST', path, { json: { ...json, code_verifier: wrong } });
    t.like(answer, { status: 400, json: { error: 'invalid_grant' } });
  }
  t.is(await bindings.countDocuments({ openid: identity.openid }), 0);
  const answer = await call('POST', path, { json: { ...json, code_verifier: verifier } });
  t.like(answer, { status: 200, json: { user_id: 'u1', state: 'state-1' } });
});

test('a look at a bind ticket tells whose WeChat it is, and uses nothing up', async (t) => {
  const { call, settle } = door();
  const { ticket, identity } = await settle('bind');
  const look = (auth?: string) =>
    call('POST', '/v1/bind-tickets/look', { json: { bind_ticket: ticket }, ...(auth && { auth }) });
  const { status, json } = await look();
  t.is(status, 200);
  const { begun_at: begunAt, expires_at: expiresAt, ...told } = json;
  t.deepEqual(told, {
    appid: identity.appid,
    nickname: identity.nickname,
    avatar_url: identity.avatarUrl,
  });
  t.true(Date.parse(expiresAt) - Date.parse(begunAt) >= 600_000);
  t.is((await look('other:the-key-of-other')).json.error, 'invalid_grant');
  t.is((await call('POST', path, { json: { bind_ticket: ticket, user_id: 'u1' } })).status, 200);
  t.is((await look()).json.error, 'invalid_grant');
});

test('a used, an expired, an unknown and another enterprise’s bind ticket are refused alike', async (t) => {
  const { call, settle, clock, bindings } = await withHostDoor(t);
  const used = await settle('bind');
  await call('POST', path, { json: { bind_ticket: used.ticket, user_id: 'u1' } });
  const other = await settle('bind');
  const answers = [
    await call('POST', path, { json: { bind_ticket: used.ticket, user_id: 'u1' } }),
    await call('POST', path, {
      auth: 'other:the-key-of-other',
      json: { bind_ticket: other.ticket, user_id: 'u2' },
    }),
    await call('POST', path, { json: { bind_ticket: 'nonsense', user_id: 'u2' } }),
    await call('POST', path, { json: { bind_ticket: (await settle('ready')).ticket, user_id: 'u2' } }),
  ];
  clock.offsetMs = 600_100;
  answers.push(await call('POST', path, { json: { bind_ticket: other.ticket, user_id: 'u2' } }));
  for (const answer of answers) {
    t.is(answer.status, 400);
    t.is(answer.text, answers[0]?.text ?? '');
  }
  t.is(answers[0]?.json.error, 'invalid_grant');
  t.is(await bindings.countDocuments({}), 1);
});

test('an openid that has another user is a conflict, and the bind ticket stays usable', async (t) => {
  const { call, settle, announced } = door();
  const first = await settle('bind');
  await call('POST', path, { json: { bind_ticket: first.ticket, user_id: 'u1' } });
  const second = await settle('bind', { openid: first.identity.openid });
  const refused = await call('POST', path, { json: { bind_ticket: second.ticket, user_id: 'u2' } });
  t.is(refused.status, 409);
  t.is(refused.json.error, 'conflict');
  t.false(announced.some(({ id, status }) => id === second.id && status === 'ready'));
  const answer = await call('POST', path, { json: { bind_ticket: second.ticket, user_id: 'u1' } });
  t.like(answer, { status: 200, json: { user_id: 'u1', created: false } });
});

test('of many binds of one person to different users one wins, and only that user is stored', async (t) => {
  const { call, settle, bindings } = door();
  const { openid } = (await settle('bind')).identity;
  const logins = await Promise.all(Array.from({ length: 12 }, () => settle('bind', { openid })));
  const answers = await Promise.all(
    logins.map(({ ticket }, n) => call('POST', path, { json: { bind_ticket: ticket, user_id: `u${n}` } })),
  );
  const winners = answers.filter(({ status }) => status === 200);
  t.is(winners.length, 1);
  t.is(answers.filter(({ status }) => status === 409).length, 11);
  t.deepEqual(
    (await bindings.find({ openid }).lean()).map(({ userId }) => userId),
    [winners[0]?.json.user_id],
  );
});

test('of many binds with one ticket one succeeds', async (t) => {
  const { call, settle, bindings } = door();
  const { ticket, identity } = await settle('bind');
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => call('POST', path, { json: { bind_ticket: ticket, user_id: 'u1' } })),
  );
  t.is(answers.filter(({ status }) => status === 200).length, 1);
  t.is(answers.filter(({ status }) => status === 400).length, 11);
  t.is(await bindings.countDocuments({ openid: identity.openid }), 1);
});

for (const fault of ['hang', 'cut'] as const) {
  test(`with MongoDB away (${fault}) a bind is told to try again within 5 s, and then succeeds as it was`, async (t) => {
    const { call, settle, mongoProxy, lines } = await withHostDoor(t);
    const { ticket, identity } = await settle('bind');
    const json = { bind_ticket: ticket, user_id: 'u1' };
    mongoProxy[fault]();
    const begun = performance.now();
    const refused = await call('POST', path, { json });
    t.like(refused, { status: 503, json: { error: 'temporarily_unavailable' } });
    t.true(performance.now() - begun < 20_000);
    t.notRegex(lines.join(''), new RegExp(`${ticket}|${identity.openid}|小明`));
    mongoProxy.heal();
    const answer = await until(async () => {
      const again = await call('POST', path, { json });
      return again.status === 200 && again;
    });
    t.like(answer, { json: { user_id: 'u1', created: true } });
  });
}
