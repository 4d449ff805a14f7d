import test from 'ava';
import type { LoginRecord } from '#models/login/record.ts';
import { createTicket, sealOutcome } from '#models/login/ticket.ts';
import { begunAt, id, outcome, ready, sealer, view } from './with-login-view.ts';

const bind: LoginRecord = { ...ready, status: 'bind', ticketDiesAt: begunAt + 600_000 };

test('ready leads to the host with its ticket, beside what its address has already', async (t) => {
  const { seen, renewals } = await view(ready);
  t.is(seen.status, 'ready');
  const url = new URL(seen.location ?? '');
  t.is(url.origin + url.pathname + url.hash, 'https://host.example/login#top');
  t.deepEqual(
    [...url.searchParams],
    [
      ['from', 'wechat'],
      ['ticket', outcome.ticket],
      ['ent_id', 'acme'],
    ],
  );
  t.deepEqual(renewals, []);
});

test('a target travels along, encoded', async (t) => {
  const { seen } = await view({ ...ready, target: '/chat/7?a=b&ticket=x' });
  const url = new URL(seen.location ?? '');
  t.is(url.searchParams.get('target'), '/chat/7?a=b&ticket=x');
  t.deepEqual(url.searchParams.getAll('ticket'), [outcome.ticket]);
});

test('the host’s state goes back to it, with a ticket and with a bind ticket', async (t) => {
  const { seen } = await view({ ...ready, target: '/t', hostState: 'state~of.the-host' });
  t.true(seen.location?.includes('&ent_id=acme&target=%2Ft&state=state%7Eof.the-host'), seen.location);
  const bind = await view({ ...ready, status: 'bind', target: '/t', hostState: 'state-of-the-host' });
  t.true(bind.seen.location?.endsWith('&ent_id=acme&state=state-of-the-host'), bind.seen.location);
});

test('a person who was unbound gets neither his ticket nor a new one', async (t) => {
  const expired = { status: 'failed', reason: 'expired' } as const;
  t.deepEqual((await view({ ...ready, isUnbound: true })).seen, expired);
  const late = { ...ready, now: begunAt + 60_001 };
  const { seen, renewals } = await view(late, { isBound: false });
  t.deepEqual(seen, expired);
  t.deepEqual(renewals, []);
});

test('a page that comes after its ticket died gets a new one', async (t) => {
  const fresh = { ...outcome, ticket: createTicket(id) };
  const { seen, renewals } = await view({ ...ready, now: ready.ticketDiesAt }, { renewed: fresh });
  t.is(new URL(seen.location ?? '').searchParams.get('ticket'), fresh.ticket);
  t.deepEqual(renewals, [outcome]);
});

test('a ticket that lives is not renewed', async (t) => {
  const { renewals } = await view({ ...ready, now: ready.ticketDiesAt - 1 });
  t.deepEqual(renewals, []);
});

test('a ticket that cannot be renewed is over', async (t) => {
  const { seen } = await view({ ...ready, now: ready.ticketDiesAt + 1 });
  t.deepEqual(seen, { status: 'failed', reason: 'expired' });
});

test('a ticket that another question of the page renewed a moment before is told as that one', async (t) => {
  const fresh = { ...outcome, ticket: createTicket(id) };
  const now = {
    ...ready,
    outcome: sealOutcome(sealer, { loginId: id, browser: ready.browser }, fresh),
    ticketDiesAt: ready.ticketDiesAt + 60_000,
  };
  const { seen } = await view({ ...ready, now: ready.ticketDiesAt + 1 }, { now });
  t.is(seen.status, 'ready');
  t.is(new URL(seen.location ?? '').searchParams.get('ticket'), fresh.ticket);
});

test('one that was redeemed a moment before is over', async (t) => {
  const { seen } = await view(
    { ...ready, now: ready.ticketDiesAt + 1 },
    { now: { ...ready, isRedeemed: true } },
  );
  t.deepEqual(seen, { status: 'failed', reason: 'expired' });
});

test('a login that was redeemed leads nowhere any more', async (t) => {
  const { seen, renewals } = await view({ ...ready, isRedeemed: true });
  t.is(seen.status, 'failed');
  t.is(seen.location, undefined);
  t.deepEqual(renewals, []);
});

test('what was just announced comes without a ticket’s time, and is fresh', async (t) => {
  for (const record of [ready, bind]) {
    const { seen, renewals } = await view({ ...record, ticketDiesAt: 0 });
    t.is(seen.status, record.status);
    t.deepEqual(renewals, []);
  }
});

test('bind leads to where the enterprise binds, with a bind ticket', async (t) => {
  const { seen } = await view(bind);
  t.deepEqual(seen, {
    status: 'bind',
    location: `https://host.example/bind?bind_ticket=${outcome.ticket}&ent_id=acme`,
  });
});

test('a bind ticket that died is over', async (t) => {
  const { seen } = await view({ ...bind, now: bind.ticketDiesAt });
  t.deepEqual(seen, { status: 'failed', reason: 'expired' });
});

test('an enterprise that is gone leaves nowhere to go', async (t) => {
  for (const record of [ready, bind]) {
    const { seen } = await view(record, { known: null });
    t.deepEqual(seen, { status: 'failed', reason: 'misconfigured' });
  }
});

test('another login’s outcome is not shown', async (t) => {
  await t.throwsAsync(view({ ...ready, id: `00${'b'.repeat(32)}` }), { name: 'UnsealError' });
});
