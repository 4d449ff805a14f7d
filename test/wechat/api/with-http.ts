import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { ExecutionContext } from 'ava';
import { createGet } from '#wechat/api/get.ts';

type Test = Pick<ExecutionContext, 'teardown'>;

/** An HTTP server in WeChat's place and the pool that calls it. `requests` are the paths that came, in order. */
export async function withHttp(t: Test, answer: RequestListener, { connections = 10 } = {}) {
  const requests: string[] = [];
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, requests, port, get: pool(t, `http://127.0.0.1:${port}`, connections) };
}

/** A server that speaks bytes: hears of each request (all bytes that came so far) and answers what it likes. */
export async function withBytes(
  t: Test,
  answer: (socket: Socket, received: string) => void,
  { connections = 10 } = {},
) {
  const sockets = new Set<Socket>();
  let requests = 0;
  let connected = 0;
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    connected += 1;
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk;
      if (!received.endsWith('\r\n\r\n')) return;
      requests += 1;
      answer(socket, received);
      received = '';
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    get: pool(t, `http://127.0.0.1:${port}`, connections),
    requests: () => requests,
    /** Ever made. */
    connections: () => connected,
    openConnections: () => sockets.size,
  };
}

export function pool(t: Test, origin: string, connections = 10) {
  const get = createGet({ origin, connections });
  t.teardown(() => get.close());
  return get;
}
