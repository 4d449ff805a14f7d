import test from 'ava';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { SettledLogin } from '#models/login/settled-channel.ts';

const ready = (id: string): SettledLogin => ({ id, status: 'ready', outcome: 'sealed' });
const forLong = 600_000;

/** Waits for announcements that the test makes. */
function withSettled() {
  const noted: string[] = [];
  const settledLogins = createSettledLogins({ onSettled: (id) => noted.push(id) });
  const announce = (...logins: SettledLogin[]) => settledLogins.hear(JSON.stringify(logins));
  return { settledLogins, noted, announce };
}

test('who waits for a login hears what was announced of it', async (t) => {
  const { settledLogins, announce, noted } = withSettled();
  const listener = settledLogins.listen('a');
  const settled = listener.settled(forLong);
  announce(ready('b'), ready('a'));
  t.deepEqual(await settled, ready('a'));
  t.deepEqual(noted, ['b', 'a']);
  listener.stop();
});

test('what is announced between the listening and the waiting is not missed', async (t) => {
  const { settledLogins, announce } = withSettled();
  const listener = settledLogins.listen('a');
  announce(ready('a'));
  t.deepEqual(await listener.settled(forLong), ready('a'));
  listener.stop();
});

test('all who wait for one login hear of it, others do not', async (t) => {
  const { settledLogins, announce } = withSettled();
  const [first, second, other] = [
    settledLogins.listen('a'),
    settledLogins.listen('a'),
    settledLogins.listen('b'),
  ];
  const settled = [first.settled(forLong), second.settled(forLong), other.settled(20)];
  announce(ready('a'));
  t.deepEqual(await Promise.all(settled), [ready('a'), ready('a'), undefined]);
  for (const listener of [first, second, other]) listener.stop();
});

test('a wait is over after its time', async (t) => {
  const { settledLogins } = withSettled();
  const listener = settledLogins.listen('a');
  t.is(await listener.settled(10), undefined);
  listener.stop();
  t.is(settledLogins.waitingCount, 0);
});

test('a wait that is stopped is over at once', async (t) => {
  const { settledLogins } = withSettled();
  const listener = settledLogins.listen('a');
  const settled = listener.settled(forLong);
  listener.stop();
  t.is(await settled, undefined);
});

test('after a gap everybody is told to read for himself', async (t) => {
  const { settledLogins } = withSettled();
  const listeners = ['a', 'b'].map((id) => settledLogins.listen(id));
  const settled = listeners.map((listener) => listener.settled(forLong));
  settledLogins.wakeAll();
  t.deepEqual(await Promise.all(settled), [undefined, undefined]);
  for (const listener of listeners) listener.stop();
});

test('at the end everybody is let go, and nobody waits any more', async (t) => {
  const { settledLogins } = withSettled();
  const early = settledLogins.listen('a');
  const settled = early.settled(forLong);
  settledLogins.close();
  t.is(await settled, undefined);
  const late = settledLogins.listen('a');
  t.is(await late.settled(forLong), undefined);
  early.stop();
  late.stop();
});

test('nothing is kept of those who no longer wait', async (t) => {
  const { settledLogins, announce } = withSettled();
  const listeners = Array.from({ length: 1_000 }, (_, n) => settledLogins.listen(`login ${n % 100}`));
  t.is(settledLogins.waitingCount, 100);
  announce(ready('login 7'));
  for (const listener of listeners) listener.stop();
  t.is(settledLogins.waitingCount, 0);
});

test('who stops twice takes nobody else’s place', async (t) => {
  const { settledLogins, announce } = withSettled();
  const first = settledLogins.listen('a');
  first.stop();
  const second = settledLogins.listen('a');
  first.stop();
  const settled = second.settled(forLong);
  announce(ready('a'));
  t.deepEqual(await settled, ready('a'));
  second.stop();
});

test('a message that nobody understands wakes nobody and breaks nothing', async (t) => {
  const { settledLogins, announce } = withSettled();
  const listener = settledLogins.listen('a');
  for (const message of ['', 'null', '{}', '[null]', 'what']) {
    t.notThrows(() => settledLogins.hear(message), message);
  }
  announce(ready('a'));
  t.deepEqual(await listener.settled(forLong), ready('a'));
  listener.stop();
});
