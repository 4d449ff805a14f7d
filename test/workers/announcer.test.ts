import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { RedisClient } from '#models/login-moves.ts';
import type { SettledLogin } from '#models/settled-channel.ts';
import { createAnnouncer } from '#workers/announcer.ts';

function withAnnouncer(publish = async () => 1) {
  const messages: { channel: string; logins: SettledLogin[] }[] = [];
  const errors: unknown[] = [];
  const redis = {
    publish(channel: string, message: string) {
      messages.push({ channel, logins: JSON.parse(message) });
      return publish();
    },
  } as unknown as RedisClient;
  const announcer = createAnnouncer({ redis, prefix: 'test', onError: (error) => errors.push(error) });
  return { announcer, messages, errors };
}
const ready = (id: string): SettledLogin => ({ id, status: 'ready', outcome: 'sealed' });

test('all logins that settle in one turn travel in one message', async (t) => {
  const { announcer, messages } = withAnnouncer();
  for (const id of ['a', 'b', 'c']) announcer.announce(ready(id));
  t.deepEqual(messages, []);
  await setImmediate();
  t.deepEqual(messages, [{ channel: 'test:settled', logins: [ready('a'), ready('b'), ready('c')] }]);
});

test('the next turn’s logins travel in the next message', async (t) => {
  const { announcer, messages } = withAnnouncer();
  announcer.announce(ready('a'));
  await setImmediate();
  announcer.announce({ id: 'b', status: 'failed', reason: 'refused' });
  await setImmediate();
  t.deepEqual(
    messages.map(({ logins }) => logins),
    [[ready('a')], [{ id: 'b', status: 'failed', reason: 'refused' }]],
  );
});

test('a message that cannot be sent is told, and the next one is sent', async (t) => {
  const { announcer, messages, errors } = withAnnouncer(async () => {
    throw new Error('away');
  });
  announcer.announce(ready('a'));
  await setImmediate();
  announcer.announce(ready('b'));
  await setImmediate();
  t.is(messages.length, 2);
  t.is(errors.length, 2);
});
