import test from 'ava';
import { settledLifetimeMs } from '#models/login/store.ts';
import { ticketLifetimeMs } from '#models/login/ticket.ts';
import { digest } from '#operations/digest.ts';
import { identity, newLogin, withLogins } from '#test/models/login/with-logins.ts';
import { until } from '#test/support/until.ts';

const known = (userId = identity.userId) => ({
  entId: 'acme',
  browser: newLogin.browser,
  identity: { ...identity, userId },
  knownAt: Date.now(),
});

test('a bind makes the waiting login ready, with a new ticket for the person it names', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { id, ticket: bindTicket } = await finished('bind');
  const bound = await tickets.completeBind(id, bindTicket, known('u_7'));
  t.like(await records.read(id), { status: 'ready', ticket: digest(bound?.ticket ?? '') });
  t.is(await tickets.findBind('acme', bindTicket), undefined);
  t.is((await tickets.redeem('acme', bound?.ticket ?? ''))?.outcome.userId, 'u_7');
});

test('of ten binds with one ticket at once one succeeds', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, ticket } = await finished('bind');
  const bound = await Promise.all(
    Array.from({ length: 10 }, (_, n) => tickets.completeBind(id, ticket, known(`u_${n}`))),
  );
  const [winner, ...others] = bound.filter((one) => one !== undefined);
  t.is(others.length, 0);
  t.is((await tickets.redeem('acme', winner?.ticket ?? ''))?.outcome.userId, winner?.userId);
});

test('a replacement whose reply was lost, and which is sent again, still succeeds', async (t) => {
  const { finished, store } = withLogins(t);
  const { id, ticket } = await finished('bind');
  const replaceBy = (fresh: string) =>
    store.run('replace-ticket', id, {
      from: 'bind',
      oldTicket: digest(ticket),
      outcome: `sealed ${fresh}`,
      newTicket: digest(fresh),
      ticketMs: ticketLifetimeMs,
      longestMs: settledLifetimeMs,
      knownAt: Date.now(),
      person: 'person',
      request: '',
      channel: 'channel',
      id,
    });
  t.is(await replaceBy('fresh'), 1);
  t.is(await replaceBy('fresh'), 1);
  t.is(await replaceBy('another'), 0);
});

test('a stale ticket is renewed, and only the new one counts', async (t) => {
  const { finished, tickets, clock } = withLogins(t);
  const { id, ticket, outcome } = await finished('ready');
  clock.offsetMs = ticketLifetimeMs + 1_000;
  const renewed = await tickets.renew(id, outcome.ticket, known());
  const { ticket: fresh = '' } = renewed ?? {};
  t.not(fresh, ticket);
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.is((await tickets.redeem('acme', fresh))?.outcome.userId, outcome.userId);
});

test('once a ticket was redeemed no other takes its place', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, ticket, outcome } = await finished('ready');
  await tickets.redeem('acme', ticket);
  t.is(await tickets.renew(id, outcome.ticket, known()), undefined);
});

test('of two pages that renew at once one wins', async (t) => {
  const { finished, tickets } = withLogins(t);
  const { id, outcome } = await finished('ready');
  const renewed = await Promise.all([
    tickets.renew(id, outcome.ticket, known()),
    tickets.renew(id, outcome.ticket, known()),
  ]);
  t.is(renewed.filter((one) => one !== undefined).length, 1);
});

test('a bind ticket cannot be renewed into a ticket', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { id, outcome } = await finished('bind');
  t.is(await tickets.renew(id, outcome.ticket, known()), undefined);
  t.is((await records.read(id))?.status, 'bind');
});

test('no renewal goes beyond the end that was set when the login was settled', async (t) => {
  const { finished, tickets, clock, lifetimeOf, records } = withLogins(t);
  const { id, outcome } = await finished('ready');
  let { ticket } = outcome;
  for (clock.offsetMs = 61_000; clock.offsetMs < settledLifetimeMs; clock.offsetMs += 61_000) {
    const renewed = await tickets.renew(id, ticket, known());
    t.truthy(renewed, `after ${clock.offsetMs} ms`);
    ticket = renewed?.ticket ?? '';
    t.true((await lifetimeOf(id)) <= settledLifetimeMs - clock.offsetMs);
    t.true(((await records.read(id))?.ticketDiesAt ?? 0) <= Date.now() + settledLifetimeMs + 1_000);
  }
  clock.offsetMs = settledLifetimeMs + 1_000;
  t.is(await tickets.renew(id, ticket, known()), undefined);
  t.is(await tickets.redeem('acme', ticket), undefined);
});

test('an unbound person’s ticket is worth nothing, and is not renewed', async (t) => {
  const { finished, tickets, unbinding, records } = withLogins(t);
  const { id, ticket } = await finished('ready');
  const { entId, identity: person } = known();
  await unbinding.remove([{ entId, ...person }]);
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.is(await tickets.renew(id, ticket, { ...known(), knownAt: 0 }), undefined);
  t.true((await records.read(id))?.isUnbound);
});

test('a login after the unbinding is good, and so is one of another person', async (t) => {
  const { finished, tickets, unbinding } = withLogins(t);
  const { entId, identity: person } = known();
  const { ticket: others } = await finished('ready');
  await unbinding.remove([{ entId, ...person, openid: 'o-of-another' }]);
  t.truthy(await tickets.redeem('acme', others));
  await unbinding.remove([{ entId, ...person }]);
  const { ticket } = await finished('ready');
  t.truthy(await tickets.redeem('acme', ticket));
});

test('a bind that another unbinding overtook does not make the login ready', async (t) => {
  const { finished, tickets, unbinding } = withLogins(t);
  const { id, ticket } = await finished('bind');
  const found = await tickets.findBind('acme', ticket);
  const { entId, identity: person } = known();
  await unbinding.remove([{ entId, ...person }]);
  t.is(await tickets.completeBind(id, ticket, { ...known(), knownAt: found?.now ?? 0 }), undefined);
});

test('the page is told of a bind by Redis itself, with whose login it is', async (t) => {
  const { finished, tickets, redis, prefix } = withLogins(t);
  const subscriber = redis.duplicate();
  t.teardown(() => subscriber.disconnect());
  const { id, ticket } = await finished('bind');
  const heard: unknown[] = [];
  await subscriber.subscribe(`${prefix}:settled`);
  subscriber.on('message', (_channel, message) => heard.push(...JSON.parse(message)));
  await tickets.completeBind(id, ticket, known('u_7'));
  await until(() => heard.length > 0);
  t.like(heard[0] as object, { id, status: 'ready', browser: newLogin.browser });
});
