import test from 'ava';
import { DirectoryUnavailable } from '#models/documents/look-up.ts';
import { bindTicketLifetimeMs, type Identity, openOutcome } from '#models/login/ticket.ts';
import { acme } from '#test/models/acme.ts';
import { newLogin } from '#test/models/login/with-logins.ts';
import { WeChatError } from '#wechat/api/errors.ts';
import type { SettledExchange } from '#workers/exchange/on-settled.ts';
import { meets } from './login-story.ts';
import { person, profile, token, withExchange } from './with-exchange.ts';

const denied = (code: number) => new WeChatError(code, 'userinfo');
const mongoAway = Object.assign(new Error('no primary'), { name: 'MongoServerSelectionError' });
const snapshot = { ...token, isSnapshot: true };

test(meets, 'a person nobody is bound to waits for the host where the enterprise binds', {
  unbound: 'bind',
  persons: [undefined],
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'bind',
});
test(meets, 'base-first asks for no profile of a person who is known', {
  login: { scope: 'snsapi_base' },
  asked: ['first', 'token', 'binding'],
  ends: 'ready',
});
test(meets, 'base-first asks an unknown person once more', {
  login: { scope: 'snsapi_base' },
  persons: [undefined],
  asked: ['first', 'token', 'binding'],
  ends: 'reauthorize',
});

test(meets, 'a code of the silent round that comes late is no fault of the account', {
  tokens: [{ ...token, isBase: true }],
  persons: [undefined],
  asked: ['first', 'token', 'binding'],
  ends: 'reauthorize',
});
test(meets, 'nor does it stand before the code that came after it', {
  codes: ['late silent code', 'asked code'],
  tokens: [{ ...token, isBase: true }, token],
  persons: [undefined, { userId: 'u_1', nickname: '', avatarUrl: '', created: true }],
  asked: ['first', 'token', 'binding', 'first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});

test('an unknown person of base-first is asked for the profile next, and has lost no round', async (t) => {
  const { exchangeCode, recorded, records } = withExchange(t, { persons: [undefined] });
  const job = await recorded({ scope: 'snsapi_base' });
  await exchangeCode(job, 'job');
  t.like(await records.read(job.login), { scope: 'snsapi_userinfo', rounds: 0 });
});

test(meets, 'a snapshot visitor is neither asked about nor bound', {
  tokens: [snapshot],
  asked: ['first', 'token'],
  ends: 'snapshot',
});
test(meets, 'whoever taps 使用完整服务 before the snapshot’s end is told is logged in', {
  codes: ['snapshot code', 'real code'],
  tokens: [snapshot, token],
  asked: ['first', 'token', 'first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'an enterprise nobody knows is misconfigured', {
  enterprises: [undefined],
  asked: ['first', 'token', 'userinfo'],
  ends: 'failed misconfigured',
});
const formerOf = (of: string) => ({ ...acme, _id: of });
test(meets, 'a login of a former enterprise of the same ent_id is refused, and binds nobody', {
  login: { enterprise: 'former' },
  enterprises: [formerOf('new'), formerOf('new')],
  asked: ['first', 'token', 'userinfo'],
  ends: 'failed refused',
});
test(meets, 'a worker that still remembers the former enterprise looks again', {
  login: { enterprise: 'new' },
  enterprises: [formerOf('former'), formerOf('new')],
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});
test(meets, 'a login that an earlier release began tells nothing of its enterprise, and is as good', {
  enterprises: [formerOf('new')],
  asked: ['first', 'token', 'userinfo', 'binding'],
  ends: 'ready',
});

test(meets, 'a person whose profile WeChat is too busy to tell is logged in without', {
  profiles: [denied(45_011)],
  asked: ['first', 'token', 'userinfo', 'slower', 'binding'],
  ends: 'ready',
});
test(meets, 'a profile that is denied to one person closes the account to nobody else', {
  profiles: [denied(48_001)],
  asked: ['first', 'token', 'userinfo'],
  ends: 'failed misconfigured',
});
test(meets, 'a fault of the account at the profile is told to the gate', {
  profiles: [denied(48_004)],
  asked: ['first', 'token', 'userinfo', 'misconfigured 48004'],
  ends: 'failed misconfigured',
});
test(meets, 'a profile refused for the person is final', {
  profiles: [denied(50_002)],
  asked: ['first', 'token', 'userinfo'],
  ends: 'failed refused',
});
test(meets, 'a token that is dead at the profile asks for another authorisation', {
  profiles: [denied(40_003)],
  asked: ['first', 'token', 'userinfo'],
  ends: 'reauthorize',
});
test(meets, 'with MongoDB away after the call the token is held until it is back', {
  enterprises: [new DirectoryUnavailable('away'), { unbound: 'create' } as never],
  persons: [mongoAway, mongoAway, { userId: 'u_1', nickname: '', avatarUrl: '', created: false }],
  asked: ['first', 'token', 'userinfo', 'binding', 'binding', 'binding'],
  ends: 'ready',
});

test('when a person was authenticated is told by Redis’s clock, whatever the date of this machine', async (t) => {
  const { exchangeCode, recorded, records, clock } = withExchange(t);
  clock.offsetMs = 600_000;
  const job = await recorded();
  const { recordedAt = 0 } = (await records.read(job.login)) ?? {};
  const { identity, settledAt } = (await exchangeCode(job, 'job')) as SettledExchange;
  const authenticatedAt = Date.parse(identity?.authenticatedAt ?? '');
  t.true(authenticatedAt >= recordedAt && authenticatedAt <= settledAt);
  t.true(settledAt <= ((await records.read(job.login))?.now ?? 0));
});

test('what the host gets is sealed, behind a ticket that lives a minute', async (t) => {
  const { exchangeCode, recorded, records, tickets, sealer, written } = withExchange(t);
  const job = await recorded();
  const result = await exchangeCode(job, 'job');
  const record = await records.read(job.login);
  const { ticket, ...identity } = openOutcome(
    sealer,
    { loginId: job.login, browser: newLogin.browser },
    record?.outcome ?? '',
  );
  t.like(identity, {
    userId: 'u_1',
    appid: job.appid,
    openid: token.openid,
    nickname: '小明',
    created: true,
  });
  t.true(Math.abs(Date.now() - Date.parse(identity.authenticatedAt)) < 60_000);
  t.like(result, { identity: { userId: 'u_1', created: true } });
  const { nickname, avatarUrl } = profile;
  t.like(written[0], { entId: 'acme', openid: token.openid, createFor: job.login });
  t.like(written[0]?.profile, { nickname, avatarUrl });
  t.is((await tickets.redeem('acme', ticket))?.outcome.userId, 'u_1');
});

for (const [unionid, known] of [
  ['never', undefined],
  ['store', 'oUnion'],
] as const) {
  test(`where unionids are kept ${unionid === 'never' ? 'never' : 'and handed out'} a worker passes on ${known}`, async (t) => {
    const { exchangeCode, recorded, written } = withExchange(t, {
      enterprises: [{ ...acme, unionid }],
      tokens: [{ ...token, unionid: 'oUnion' }],
      persons: [{ ...person, unionid: 'oUnion' }],
    });
    const result = await exchangeCode(await recorded(), 'job');
    t.is((result as { identity?: Identity }).identity?.unionid, known);
    t.is(written[0]?.unionid, known);
    t.is(written[0]?.profile?.unionid, known);
  });
}

test('a bind ticket lives ten minutes and names nobody yet', async (t) => {
  const { exchangeCode, recorded, records, tickets, sealer, written, clock } = withExchange(t, {
    unbound: 'bind',
    persons: [undefined],
  });
  const job = await recorded();
  await exchangeCode(job, 'job');
  const outcome = openOutcome(
    sealer,
    { loginId: job.login, browser: newLogin.browser },
    (await records.read(job.login))?.outcome ?? '',
  );
  t.like(outcome, { userId: '', nickname: profile.nickname, avatarUrl: profile.avatarUrl, created: false });
  t.is(written[0]?.createFor, undefined);
  clock.offsetMs = bindTicketLifetimeMs - 60_000;
  t.truthy(await tickets.findBind('acme', outcome.ticket));
});
