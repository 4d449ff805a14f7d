import test from 'ava';
import type { Goal } from '#models/login/goal.ts';
import { newLogin, withLogins } from '#test/models/login/with-logins.ts';

const goal: Goal = 'oidc:an-interaction';
const anywhere = 'o'.repeat(22);

test('what a login is for stays with it, also where it changes browsers or begins anew', async (t) => {
  const { open, record, confirm, records } = withLogins(t);
  const id = await open({ goal, restarts: 1 });
  t.is((await records.read(id))?.goal, goal);
  // The login that is begun anew in its place is for the same.
  t.like(await record(id, 'code', 'another browser'), { verb: 'foreign', goal });
  t.like(await confirm(id, 'code', 'another browser'), { verb: 'recorded', goal });
  t.like(await record(id, 'next', 'another browser'), { verb: 'recorded', goal });
  t.is((await records.read(id))?.goal, goal);
  const refused = await open({ goal });
  t.like(await records.refuse(refused, newLogin.browser), { isRefused: true, goal });
});

test('a login with a goal has no ticket to redeem, and nobody counts it as redeemed', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { ticket, id } = await finished('ready', { goal });
  t.is(await tickets.redeem('acme', ticket), undefined);
  t.is(await tickets.redeem('acme', ticket, { request: 'goal' }), undefined);
  t.is((await records.read(id))?.isRedeemed, false);
});

test('its bind ticket works like any other, and tells whoever binds what the login is for', async (t) => {
  const { finished, tickets, records } = withLogins(t);
  const { ticket, id, outcome } = await finished('bind', { goal });
  t.truthy(await tickets.lookAtBind('acme', ticket));
  const found = await tickets.findBind('acme', ticket, { request: 'host’s request' });
  t.is(found?.goal, goal);
  const known = {
    entId: 'acme',
    browser: newLogin.browser,
    knownAt: found?.now ?? 0,
    request: 'host’s request',
  };
  const completed = await tickets.completeBind(id, ticket, {
    ...known,
    identity: { ...outcome, userId: 'u_7' },
  });
  t.is(completed?.userId, 'u_7');
  t.like(await records.read(id), { status: 'ready', isRedeemed: false, goal });
  t.is(await tickets.redeem('acme', completed?.ticket ?? ''), undefined);
  // The host's request whose answer was lost, once more.
  t.is((await tickets.findBind('acme', ticket, { request: 'host’s request' }))?.outcome.userId, 'u_7');
  t.is(await tickets.findBind('acme', ticket, { request: anywhere }), undefined);
});

test('a login for a ticket keeps no goal', async (t) => {
  const { open, record, fieldsOf } = withLogins(t);
  const id = await open();
  t.is((await record(id)).goal, '');
  const fields = await fieldsOf(id);
  t.false('goal' in fields || 'redeemed' in fields);
});
