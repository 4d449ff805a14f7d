import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'ava';
import { choosePort } from '#demo/choose-port.ts';

async function listenAnywhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

test('a port in use is told, and another is taken', async (t) => {
  const { server, port } = await listenAnywhere();
  t.teardown(() => server.close());
  const told: number[] = [];
  const chosen = await choosePort(port, (other) => told.push(other));
  t.not(chosen, port);
  t.deepEqual(told, [chosen]);
});

test('a free port is taken without a word', async (t) => {
  const { server, port } = await listenAnywhere();
  server.close();
  await once(server, 'close');
  t.is(await choosePort(port, () => t.fail()), port);
});
