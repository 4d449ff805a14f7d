import { EventEmitter } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { createSettledLogins } from '#ingress/settled-logins.ts';
import type { RedisClient } from '#models/login-moves.ts';
import { type SettledLogin, settledChannel } from '#models/settled-channel.ts';
import { until } from '#test/support/until.ts';
import { withRedis } from '#test/support/with-redis.ts';

const ready = (id: string): SettledLogin => ({ id, status: 'ready', outcome: 'sealed' });
const forLong = 600_000;

/** Waits on a subscription whose messages the test sends. */
async function withSettled() {
  const channels: string[] = [];
  const noted: string[] = [];
  const subscriber = Object.assign(new EventEmitter(), {
    subscribe: async (channel: string) => void channels.push(channel),
  });
  const settledLogins = createSettledLogins({ onSettled: (id) => noted.push(id) });
  await settledLogins.subscribe(subscriber as unknown as RedisClient, 'test');
  const announce = (...logins: SettledLogin[]) =>
    subscriber.emit('message', 'test:settled', JSON.stringify(logins));
  return { settledLogins, subscriber, channels, noted, announce };
}

test('who waits for a login hears what was announced of it', async (t) => {
  const { settledLogins, announce, channels, noted } = await withSettled();
  const listener = settledLogins.listen('a');
  const settled = listener.settled(forLong);
  announce(ready('b'), ready('a'));
  t.deepEqual(await settled, ready('a'));
  t.deepEqual(channels, ['test:settled']);
  t.deepEqual(noted, ['b', 'a']);
  listener.stop();
});

test('what is announced between the listening and the waiting is not missed', async (t) => {
  const { settledLogins, announce } = await withSettled();
  const listener = settledLogins.listen('a');
  announce(ready('a'));
  t.deepEqual(await listener.settled(forLong), ready('a'));
  listener.stop();
});

test('all who wait for one login hear of it, others do not', async (t) => {
  const { settledLogins, announce } = await withSettled();
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
  const { settledLogins } = await withSettled();
  const listener = settledLogins.listen('a');
  t.is(await listener.settled(10), undefined);
  listener.stop();
  t.is(settledLogins.waitingCount, 0);
});

test('a wait that is stopped is over at once', async (t) => {
  const { settledLogins } = await withSettled();
  const listener = settledLogins.listen('a');
  const settled = listener.settled(forLong);
  listener.stop();
  t.is(await settled, undefined);
});

test('after a reconnect everybody is told to read for himself', async (t) => {
  const { settledLogins, subscriber } = await withSettled();
  const listeners = ['a', 'b'].map((id) => settledLogins.listen(id));
  const settled = listeners.map((listener) => listener.settled(forLong));
  subscriber.emit('ready');
  t.deepEqual(await Promise.all(settled), [undefined, undefined]);
  for (const listener of listeners) listener.stop();
});

test('at the end everybody is let go, and nobody waits any more', async (t) => {
  const { settledLogins } = await withSettled();
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
  const { settledLogins, announce } = await withSettled();
  const listeners = Array.from({ length: 1_000 }, (_, n) => settledLogins.listen(`login ${n % 100}`));
  t.is(settledLogins.waitingCount, 100);
  announce(ready('login 7'));
  for (const listener of listeners) listener.stop();
  t.is(settledLogins.waitingCount, 0);
});

test('who stops twice takes nobody else’s place', async (t) => {
  const { settledLogins, announce } = await withSettled();
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
  const { settledLogins, subscriber, announce } = await withSettled();
  const listener = settledLogins.listen('a');
  for (const message of ['', 'null', '{}', '[null]', 'what']) {
    t.notThrows(() => subscriber.emit('message', 'test:settled', message), message);
  }
  announce(ready('a'));
  t.deepEqual(await listener.settled(forLong), ready('a'));
  listener.stop();
});

test('what is announced arrives through Redis, also after the connection was lost', async (t: ExecutionContext) => {
  const { url, prefix } = withRedis(t);
  const [subscriber, publisher] = [new Redis(url), new Redis(url)];
  t.teardown(() => {
    subscriber.disconnect();
    publisher.disconnect();
  });
  const settledLogins = createSettledLogins();
  await settledLogins.subscribe(subscriber, prefix);
  const announce = (login: SettledLogin) =>
    publisher.publish(settledChannel(prefix), JSON.stringify([login]));

  const first = settledLogins.listen('a');
  await announce(ready('a'));
  t.deepEqual(await first.settled(forLong), ready('a'));

  const woken = settledLogins.listen('b');
  subscriber.disconnect(true);
  t.is(await woken.settled(forLong), undefined);
  const second = settledLogins.listen('c');
  const heard = second.settled(forLong);
  await until(async () => {
    const [, subscribers] = (await publisher.pubsub('NUMSUB', `${prefix}:settled`)) as [string, number];
    return subscribers > 0;
  });
  await announce(ready('c'));
  t.deepEqual(await heard, ready('c'));
  for (const listener of [first, woken, second]) listener.stop();
});
