import test from 'ava';
import type { Goal } from '#models/login/goal.ts';
import { createReachedLogins } from '#models/login/reached-logins.ts';
import { reachedLifetimeMs } from '#models/login/store.ts';
import { identity, newLogin, withLogins } from '#test/models/login/with-logins.ts';

const goal: Goal = 'oidc:its-uid';
const minutes = 60_000;
const person = { entId: newLogin.entId, appid: newLogin.appid, openid: identity.openid };

function withReached(t: Parameters<typeof withLogins>[0]) {
  const logins = withLogins(t);
  const reached = createReachedLogins(logins.store, logins.sealer);
  const reach = (id: string) => reached.reach(id, goal, newLogin.browser);
  return { ...logins, reached, reach };
}

test('a login comes to its goal with its person, as often as it is asked', async (t) => {
  const { finished, reach, reached } = withReached(t);
  const { id } = await finished('ready', { goal });
  for (let n = 0; n < 2; n += 1)
    t.like(await reach(id), { status: 'ready', identity, entId: 'acme', isStale: false, reason: undefined });
  t.like(await reached.identify(id), { entId: 'acme', identity });
});

test('it comes there in its own browser only, and nowhere else', async (t) => {
  const { finished, reached, reach } = withReached(t);
  const { id } = await finished('ready', { goal });
  t.is(await reached.reach(id, goal, 'another browser'), undefined);
  t.is(await reached.reach(id, 'oidc:another-uid', newLogin.browser), undefined);
  t.is(await reached.reach(id, 'scan:its-uid', newLogin.browser), undefined);
  const { id: byTicket } = await finished('ready');
  t.is(await reach(byTicket), undefined);
  for (const unknown of ['', 'x', '0'.repeat(34)]) t.is(await reach(unknown), undefined);
});

test('one that is not there yet, or failed, brings nobody, and stands for nobody', async (t) => {
  const { open, finished, reach, reached, records } = withReached(t);
  const pending = await open({ goal });
  t.like(await reach(pending), { status: 'pending', identity: undefined });
  const { id: bind } = await finished('bind', { goal });
  t.like(await reach(bind), { status: 'bind', identity: undefined });
  await records.refuse(pending, newLogin.browser);
  t.like(await reach(pending), { status: 'failed', reason: 'refused', identity: undefined });
  for (const id of [pending, bind]) t.is(await reached.identify(id), undefined);
  // Nor does one whose browser never came.
  const { id } = await finished('ready', { goal });
  t.is(await reached.identify(id), undefined);
});

test('whoever was unbound is nobody any more, before and after', async (t) => {
  const { finished, reach, reached, unbinding } = withReached(t);
  const [{ id: before }, { id: after }] = [
    await finished('ready', { goal }),
    await finished('ready', { goal }),
  ];
  await reach(after);
  await unbinding.remove([person]);
  t.like(await reach(before), { status: 'failed', reason: 'expired', identity: undefined });
  t.is(await reached.identify(after), undefined);
});

test('what one client was granted can be taken back, and the others keep theirs', async (t) => {
  const { finished, reach, reached } = withReached(t);
  const { id } = await finished('ready', { goal });
  await reach(id);
  const [itsToken, itsCode] = [false, true].map((isCode) => ({ clientId: 'console', isCode }));
  await reached.revoke(id, 'console');
  t.is(await reached.identify(id, itsToken), undefined);
  t.truthy(await reached.identify(id, itsCode), 'of many copies of a code the first is honoured');
  await reached.revoke(id, 'console', 'left');
  t.is(await reached.identify(id, itsCode), undefined, 'but not where the person logged out');
  t.truthy(await reached.identify(id, { clientId: 'another', isCode: false }));
  t.truthy(await reached.identify(id));
});

test('it may be late, but not later than a ticket could be made anew; coming again prolongs nothing', async (t) => {
  const { finished, reach, clock, lifetimeOf } = withReached(t);
  const [{ id: late }, { id: never }] = [
    await finished('ready', { goal }),
    await finished('ready', { goal }),
  ];
  clock.offsetMs = 14 * minutes;
  t.like(await reach(late), { status: 'ready', isStale: true });
  const left = await lifetimeOf(late);
  t.true(left > reachedLifetimeMs - 10_000 && left <= reachedLifetimeMs);
  clock.offsetMs = 15 * minutes + 1;
  t.like(await reach(never), { status: 'failed', reason: 'expired' });
  t.like(await reach(late), { status: 'ready' });
  t.true((await lifetimeOf(late)) <= left);
});
