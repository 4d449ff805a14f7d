import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getOneMessage, sendMessage } from 'execa';

export type Crowd = { host: string; port: number; count: number; text: string; isDeaf: boolean };

/** Fewer than the listener's queue of connections it has not yet taken. */
const atOnce = 200;

// Connections that say one thing and then stay as they are, until the test lets go of this process. It is one of its own
// since a limit of open files holds for a process.
const { host, port, count, text, isDeaf } = (await getOneMessage()) as Crowd;
const sockets: Socket[] = [];
// A test that is killed lets go of nothing.
process.once('disconnect', () => process.exit());

async function open(): Promise<void> {
  const socket = connect(port, host);
  socket.on('error', () => {});
  if (!isDeaf) socket.resume();
  await once(socket, 'connect');
  socket.write(text);
  sockets.push(socket);
}

while (sockets.length < count) {
  await Promise.all(Array.from({ length: Math.min(atOnce, count - sockets.length) }, open));
}
await sendMessage('all are open');
await getOneMessage();
// A port whose connection is merely closed would be taken for a minute.
for (const socket of sockets) socket.resetAndDestroy();
// Whoever listens for 'disconnect' is kept alive by its channel (Node's child_process).
process.exit();
