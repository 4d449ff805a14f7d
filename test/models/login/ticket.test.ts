import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createTicket, loginIdOf, openOutcome, sealOutcome } from '#models/login/ticket.ts';
import { createSealer, UnsealError } from '#models/sealing.ts';
import { identity, withLogins } from '#test/models/login/with-logins.ts';

const loginId = `00${'a'.repeat(32)}`;

test('a ticket is its login’s id and 256 random bits', (t) => {
  const tickets = Array.from({ length: 100 }, () => createTicket(loginId));
  t.is(new Set(tickets).size, 100);
  for (const ticket of tickets) {
    t.is(ticket.length, 34 + 43);
    t.is(loginIdOf(ticket), loginId);
  }
});

const noTicket = test.macro({
  exec(t, _what: string, value: string) {
    t.is(loginIdOf(value), undefined);
  },
  title: (_, what) => `${what} cannot be a ticket`,
});
test(noTicket, 'nothing', '');
test(noTicket, 'an id alone', loginId);
test(noTicket, 'a ticket cut short', createTicket(loginId).slice(0, -1));
test(noTicket, 'a ticket with more behind it', `${createTicket(loginId)}a`);
test(noTicket, 'a ticket with a line end', `${createTicket(loginId)}\n`);
test(noTicket, 'a ticket of an impossible login', createTicket(`zz${'a'.repeat(32)}`));
test(noTicket, 'a ticket with a key pattern in it', `${loginId}${'*'.repeat(43)}`);

test('what cannot be a ticket is refused without asking Redis', async (t) => {
  const { tickets, redis } = withLogins(t);
  redis.disconnect();
  t.is(await tickets.redeem('acme', 'no ticket'), undefined);
  t.is(await tickets.findBind('acme', '{"$gt":""}'), undefined);
});

test('a sealed outcome opens for its own login and its browser only', (t) => {
  const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
  const outcome = { ...identity, ticket: createTicket(loginId) };
  const of = { loginId, browser: 'its browser' };
  const sealed = sealOutcome(sealer, of, outcome);
  t.deepEqual(openOutcome(sealer, of, sealed), outcome);
  for (const other of [
    { ...of, loginId: `00${'b'.repeat(32)}` },
    { ...of, browser: 'another' },
  ]) {
    t.throws(() => openOutcome(sealer, other, sealed), { instanceOf: UnsealError });
  }
});

test('Redis never holds a ticket, a nickname or an openid in the clear', async (t) => {
  const { finished, fieldsOf } = withLogins(t);
  const { id, ticket } = await finished('ready');
  const kept = JSON.stringify(await fieldsOf(id));
  for (const secret of [ticket, ticket.slice(34), identity.nickname, identity.openid])
    t.false(kept.includes(secret));
});
