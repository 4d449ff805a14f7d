import test from 'ava';
import { bindTicketLifetimeMs, createTicket, ticketLifetimeMs } from '#models/login/ticket.ts';
import { digest } from '#operations/digest.ts';
import { identity, newLogin, withLogins } from '#test/models/login/with-logins.ts';

test('a ticket is redeemed once, for who logged in and where to', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { id, ticket, outcome } = await finished('ready');
  t.like(await tickets.redeem('acme', ticket), { loginId: id, outcome, target: '/chat/7', hostState: '' });
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.true((await records.read(id))?.isRedeemed);
});

for (const [status, take] of [
  ['ready', 'redeem'],
  ['bind', 'findBind'],
  ['bind', 'lookAtBind'],
] as const) {
  test(`${take}: a ticket of a former enterprise of the same ent_id is none of the new one’s`, async (t) => {
    const { finished, tickets } = withLogins(t);
    const { ticket } = await finished(status, { enterprise: 'former' });
    t.is(await tickets[take]('acme', ticket, { enterprise: 'new' }), undefined);
    t.truthy(await tickets[take]('acme', ticket, { enterprise: 'former' }));
    // Begun by a process of release 0.1.0.
    const { ticket: older } = await finished(status);
    t.truthy(await tickets[take]('acme', older, { enterprise: 'new' }));
  });
}

test('of twenty redemptions at once one succeeds', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { ticket } = await finished('ready');
  const taken = await Promise.all(Array.from({ length: 20 }, () => tickets.redeem('acme', ticket)));
  t.is(taken.filter((one) => one !== undefined).length, 1);
});

test('one redemption whose reply was lost, and which is sent again, still succeeds', async (t) => {
  const { finished, store } = withLogins(t);
  const { id, ticket } = await finished('ready');
  const redeem = async (attempt: string) => {
    const given = {
      wanted: 'ready',
      forEntId: 'acme',
      given: digest(ticket),
      redemption: attempt,
      asking: '',
    };
    const reply = await store.run('take-ticket', id, { ...given, verifier: '', mostWrong: 5 });
    // All but the time of the answer, and whether it is the first: it counts once.
    return reply === null ? null : { ...reply, now: 0, isFirst: 0 };
  };
  const first = await redeem('attempt 1');
  t.truthy(first);
  t.deepEqual(await redeem('attempt 1'), first);
  t.falsy(await redeem('attempt 2'));
});

test('a bind ticket may be looked at again and again, and is no ticket', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, ticket, outcome } = await finished('bind');
  for (const _ of [1, 2]) {
    t.like(await tickets.findBind('acme', ticket), { loginId: id, outcome, target: '/chat/7' });
  }
  t.is(await tickets.redeem('acme', ticket), undefined);
});

test('a ticket is no bind ticket', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { ticket } = await finished('ready');
  t.is(await tickets.findBind('acme', ticket), undefined);
});

test('another enterprise gets nothing for a ticket, and does not use it up', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { ticket } = await finished('ready');
  t.is(await tickets.redeem('other', ticket), undefined);
  t.truthy(await tickets.redeem('acme', ticket));
});

test('a ticket of the right login with other bits is worth nothing', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id } = await finished('ready');
  t.is(await tickets.redeem('acme', createTicket(id)), undefined);
});

test('a ticket lives for a minute, a bind ticket for ten', async (t) => {
  const { finished, tickets, clock } = withLogins(t);
  const { ticket } = await finished('ready');
  const { ticket: bindTicket } = await finished('bind');
  clock.offsetMs = ticketLifetimeMs + 1;
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.truthy(await tickets.findBind('acme', bindTicket));
  clock.offsetMs = bindTicketLifetimeMs + 1;
  t.is(await tickets.findBind('acme', bindTicket), undefined);
});

const verifier = 'v'.repeat(50);
const bound = { hostState: 'state-of-the-host', challenge: digest(verifier) };

test('a ticket of a start with a challenge goes to whoever has the verifier, with the host’s state', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { ticket } = await finished('ready', bound);
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.is(await tickets.redeem('acme', ticket, { verifier: 'w'.repeat(50) }), undefined);
  t.like(await tickets.redeem('acme', ticket, { verifier }), { hostState: 'state-of-the-host' });
});

test('a verifier for a start without a challenge is refused: somebody took the challenge out', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { ticket } = await finished('ready');
  t.is(await tickets.redeem('acme', ticket, { verifier }), undefined);
  t.truthy(await tickets.redeem('acme', ticket));
});

for (const status of ['ready', 'bind'] as const) {
  test(`five wrong verifiers kill a ticket (${status}), a missing one does not`, async (t) => {
    const { finished, tickets } = withLogins(t);
    const take = status === 'ready' ? tickets.redeem : tickets.findBind;
    const { ticket: spared } = await finished(status, bound);
    for (let n = 0; n < 4; n += 1) await take('acme', spared, { verifier: `wrong ${n}` });
    for (let n = 0; n < 9; n += 1) await take('acme', spared);
    t.truthy(await take('acme', spared, { verifier }));
    const { ticket } = await finished(status, bound);
    for (let n = 0; n < 5; n += 1) t.is(await take('acme', ticket, { verifier: `wrong ${n}` }), undefined);
    t.is(await take('acme', ticket, { verifier }), undefined);
  });
}

test('the same request of the host gets the same answer while the ticket lives, another one none', async (t) => {
  const { finished, tickets, clock } = withLogins(t);
  const { ticket } = await finished('ready');
  const first = await tickets.redeem('acme', ticket, { request: 'request 1' });
  t.truthy(first);
  t.like(await tickets.redeem('acme', ticket, { request: 'request 1' }), { outcome: first?.outcome });
  t.is(await tickets.redeem('acme', ticket, { request: 'request 2' }), undefined);
  t.is(await tickets.redeem('acme', ticket), undefined);
  clock.offsetMs = ticketLifetimeMs + 1;
  t.is(await tickets.redeem('acme', ticket, { request: 'request 1' }), undefined);
});

test('the same request to bind finds what it bound, another one does not', async (t) => {
  const { finished, tickets, clock } = withLogins(t);
  const { id, ticket } = await finished('bind');
  const known = {
    entId: 'acme',
    browser: newLogin.browser,
    identity: { ...identity, userId: 'u_7' },
    knownAt: Date.now(),
  };
  await tickets.completeBind(id, ticket, { ...known, request: 'request 1' });
  t.is((await tickets.findBind('acme', ticket, { request: 'request 1' }))?.outcome.userId, 'u_7');
  t.is(await tickets.findBind('acme', ticket, { request: 'request 2' }), undefined);
  t.is(await tickets.findBind('acme', ticket), undefined);
  t.is(await tickets.findBind('other', ticket, { request: 'request 1' }), undefined);
  clock.offsetMs = bindTicketLifetimeMs + 1;
  t.is(await tickets.findBind('acme', ticket, { request: 'request 1' }), undefined);
});
