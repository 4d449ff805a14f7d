import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { DeadlineError, within } from '#operations/deadline.ts';

test('work that is done in time is answered with what it gave', async (t) => {
  t.is(await within(10_000, Promise.resolve('done')), 'done');
});

test('work that takes longer is given up', async (t) => {
  await t.throwsAsync(within(20, new Promise(() => {})), {
    instanceOf: DeadlineError,
    message: 'no answer within 20 ms',
  });
});

test('what was answered while this process itself was too busy to hear is heard', async (t) => {
  const server = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer((socket) => socket.on('data', () => socket.write('done')));
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  t.teardown(() => server.terminate());
  const [port] = await once(server, 'message');
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  const answer = once(socket, 'data');
  const asked = within(50, answer);
  await new Promise((resolve) => socket.write('?', resolve));
  const until = performance.now() + 300;
  while (performance.now() < until);
  t.is(String((await asked)[0]), 'done');
});

test('work that fails in time fails with its own error', async (t) => {
  const error = new TypeError('a bug');
  t.is(await t.throwsAsync(within(10_000, Promise.reject(error))), error);
});

test('work that fails after it was given up disturbs nobody', async (t) => {
  const { promise, reject } = Promise.withResolvers<void>();
  await t.throwsAsync(within(20, promise), { instanceOf: DeadlineError });
  reject(new Error('too late'));
  await new Promise(setImmediate);
  t.pass();
});
