import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const idle = Number(process.env['IDLE_SOCKETS'] ?? 2_000);
/** Fewer than the listener's queue of connections it has not yet taken. */
const atOnce = 200;
/** The longest a healthy request is waited for; it is Node's fetch that would wait longer. */
const patienceMs = 10_000;

/** Says this much on a connection of its own, and then nothing more. */
async function open(text: string): Promise<Socket> {
  const { hostname, port } = new URL(service.ingresses[0]?.url ?? '');
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const talkative = 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n';
const kinds = {
  'say nothing': '',
  'stop in the middle of their headers': 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  'stop in the middle of their body': 'POST /v1/bindings HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
  'ask once and stay': talkative,
  'ask a lot and hear nothing of it': talkative.repeat(20),
};

for (const [doing, text] of Object.entries(kinds)) {
  test.serial(`beside ${idle} connections that ${doing}, people log in`, async (t) => {
    const sockets: Socket[] = [];
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
    });
    while (sockets.length < idle) {
      const count = Math.min(atOnce, idle - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: count }, () => open(text)))));
    }
    if (text.length > talkative.length) for (const socket of sockets) socket.pause();

    const { entId } = await service.seedEnterprise();
    const ends = await Promise.all(Array.from({ length: 5 }, () => service.person().login(entId)));
    t.deepEqual(
      ends.map(({ status }) => status),
      ends.map(() => 'ready'),
    );
    const answer = await fetch(`${service.ingresses[0]?.adminUrl}/readyz`, {
      signal: AbortSignal.timeout(patienceMs),
    });
    t.is(answer.status, 200);
  });
}
