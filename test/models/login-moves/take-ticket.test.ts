import test from 'ava';
import { digest } from '#models/sealing.ts';
import { bindTicketLifetimeMs, createTicket, ticketLifetimeMs } from '#models/ticket.ts';
import { withLogins } from '#test/models/with-logins.ts';

test('a ticket is redeemed once, for who logged in and where to', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { id, ticket, outcome } = await finished('ready');
  t.deepEqual(await tickets.redeem('acme', ticket), { loginId: id, outcome, target: '/chat/7' });
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.true((await records.read(id))?.isRedeemed);
});

test('of twenty redemptions at once one succeeds', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { ticket } = await finished('ready');
  const taken = await Promise.all(Array.from({ length: 20 }, () => tickets.redeem('acme', ticket)));
  t.is(taken.filter((one) => one !== undefined).length, 1);
});

test('one redemption whose reply was lost, and which is sent again, still succeeds', async (t) => {
  const { finished, store } = withLogins(t);
  const { id, ticket } = await finished('ready');
  const redeem = (attempt: string) => store.run('take-ticket', id, 'ready', 'acme', digest(ticket), attempt);
  const first = await redeem('attempt 1');
  t.truthy(first);
  t.deepEqual(await redeem('attempt 1'), first);
  t.falsy(await redeem('attempt 2'));
});

test('a bind ticket may be looked at again and again, and is no ticket', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, ticket, outcome } = await finished('bind');
  for (const _ of [1, 2]) {
    t.deepEqual(await tickets.findBind('acme', ticket), { loginId: id, outcome, target: '/chat/7' });
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
