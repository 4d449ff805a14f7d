import test from 'ava';
import { startPath } from '#ingress/browser/start-path.ts';
import { begunAt, id, ready, view } from './with-login-view.ts';

const finish = `https://login.example/oidc/interaction/its-uid/finish?login=${id}`;
const scan = `https://login.example/logins/${id}/scan`;

test('a login goes on where it is for, and no ticket is in that address', async (t) => {
  t.deepEqual((await view({ ...ready, goal: 'oidc:its-uid' })).seen, { status: 'ready', location: finish });
  t.deepEqual((await view({ ...ready, goal: 'scan:its-id' })).seen, { status: 'ready', location: scan });
});

test('whoever is unknown goes to the host first in an OpenID Connect login; a scan asks its phone', async (t) => {
  const bind = { ...ready, status: 'bind', ticketDiesAt: begunAt + 600_000 } as const;
  const { seen } = await view({ ...bind, goal: 'oidc:its-uid' });
  t.true(seen.location?.startsWith('https://host.example/bind?bind_ticket='), seen.location);
  t.deepEqual((await view({ ...bind, goal: 'scan:its-id' })).seen, { status: 'ready', location: scan });
});

test('it needs no ticket, so none is made anew; one whose person was unbound leads nowhere', async (t) => {
  const late = { ...ready, goal: 'oidc:its-uid', now: ready.ticketDiesAt + 1 } as const;
  const { seen, renewals } = await view(late);
  t.deepEqual([seen.location, renewals], [finish, []]);
  const expired = { status: 'failed', reason: 'expired' } as const;
  t.deepEqual((await view({ ...late, isUnbound: true })).seen, expired);
  t.deepEqual((await view(late, { known: null })).seen, { status: 'failed', reason: 'misconfigured' });
});

test('one that begins again goes back to its interaction', (t) => {
  t.is(startPath({ entId: 'acme', target: '/t', goal: 'oidc:its-uid' }), '/oidc/interaction/its-uid');
  t.is(startPath({ entId: 'acme', goal: '' }), '/wechatTransfer?ent_id=acme');
});
