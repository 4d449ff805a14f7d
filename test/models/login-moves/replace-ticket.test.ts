import test from 'ava';
import { recordLifetimeMs } from '#models/login-moves.ts';
import { digest } from '#models/sealing.ts';
import { ticketLifetimeMs } from '#models/ticket.ts';
import { identity, withLogins } from '#test/models/with-logins.ts';

test('a bind makes the waiting login ready, with a new ticket for the person it names', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { id, ticket: bindTicket } = await finished('bind');
  const bound = await tickets.completeBind(id, bindTicket, { ...identity, userId: 'u_7' });
  t.like(await records.read(id), { status: 'ready', outcome: bound?.sealed });
  t.is(await tickets.findBind('acme', bindTicket), undefined);
  t.is((await tickets.redeem('acme', bound?.outcome.ticket ?? ''))?.outcome.userId, 'u_7');
});

test('of ten binds with one ticket at once one succeeds', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, ticket } = await finished('bind');
  const bound = await Promise.all(
    Array.from({ length: 10 }, (_, n) => tickets.completeBind(id, ticket, { ...identity, userId: `u_${n}` })),
  );
  const [winner, ...others] = bound.filter((one) => one !== undefined);
  t.is(others.length, 0);
  t.is((await tickets.redeem('acme', winner?.outcome.ticket ?? ''))?.outcome.userId, winner?.outcome.userId);
});

test('a replacement whose reply was lost, and which is sent again, still succeeds', async (t) => {
  const { finished, store } = withLogins(t);
  const { id, ticket } = await finished('bind');
  const replaceBy = (fresh: string) =>
    store.run(
      'replace-ticket',
      id,
      'bind',
      digest(ticket),
      'ready',
      `sealed ${fresh}`,
      digest(fresh),
      ticketLifetimeMs,
      recordLifetimeMs,
    );
  t.is(await replaceBy('fresh'), 1);
  t.is(await replaceBy('fresh'), 1);
  t.is(await replaceBy('another'), 0);
});

test('a stale ticket is renewed, and only the new one counts', async (t) => {
  const { finished, tickets, clock } = withLogins(t);
  const { id, ticket, outcome } = await finished('ready');
  clock.offsetMs = ticketLifetimeMs + 1_000;
  const renewed = await tickets.renew(id, outcome);
  const { ticket: fresh = '' } = renewed?.outcome ?? {};
  t.not(fresh, ticket);
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.is((await tickets.redeem('acme', fresh))?.outcome.userId, outcome.userId);
});

test('once a ticket was redeemed no other takes its place', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, ticket, outcome } = await finished('ready');
  await tickets.redeem('acme', ticket);
  t.is(await tickets.renew(id, outcome), undefined);
});

test('of two pages that renew at once one wins', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, outcome } = await finished('ready');
  const renewed = await Promise.all([tickets.renew(id, outcome), tickets.renew(id, outcome)]);
  t.is(renewed.filter((one) => one !== undefined).length, 1);
});

test('a bind ticket cannot be renewed into a ticket', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { id, outcome } = await finished('bind');
  t.is(await tickets.renew(id, outcome), undefined);
  t.is((await records.read(id))?.status, 'bind');
});
