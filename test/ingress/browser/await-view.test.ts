import test from 'ava';
import type { Context } from 'koa';
import { createAwaitView } from '#ingress/browser/await-view.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';

const login = { id: 'L1', browser: 'sender', status: 'pending', stage: 'exchanging' } as LoginRecord;

/** What a request of the sender's browser is told when this end is announced; `current` is what Redis says then. */
async function toldAt(end: { browser: string; status: string }, current: LoginRecord | undefined) {
  const settledLogins = createSettledLogins();
  const awaitView = createAwaitView({
    findOwnLogin: async () => current,
    viewOf: async ({ status }) => ({ status }),
    cookie: { digestOf: () => 'sender' },
  });
  const listener = settledLogins.listen(login.id);
  const told = awaitView({} as Context, login, listener, 60_000);
  settledLogins.hear(JSON.stringify([{ id: login.id, reason: '', outcome: 'sealed', ...end }]));
  return await told;
}

test('who began a login learns of its end from the news alone', async (t) => {
  t.deepEqual(await toldAt({ browser: 'sender', status: 'ready' }, undefined), { status: 'ready' });
});

// The hand-over wakes a held poll as well (test/system/held-poll.test.ts): this guard stands where that news was missed.
test('news of a login that ended as another browser’s is not for who held it before', async (t) => {
  t.is(await toldAt({ browser: 'victim', status: 'ready' }, undefined), undefined);
  t.is(await toldAt({ browser: '', status: 'ready' }, undefined), undefined);
});

test('a lost round is read, since the news does not say how many were lost', async (t) => {
  const current = { ...login, status: 'reauthorize' } as LoginRecord;
  t.deepEqual(await toldAt({ browser: 'sender', status: 'reauthorize' }, current), { status: 'reauthorize' });
  t.is(await toldAt({ browser: 'sender', status: 'reauthorize' }, undefined), undefined);
});
