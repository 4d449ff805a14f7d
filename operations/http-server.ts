import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerUnreadable, statusOf, type UnreadableBody, unreadableJson } from './answer-unreadable.ts';
import { boundConnection } from './bound-connection.ts';
import { type ListenerWatch, unwatched } from './listener-watch.ts';

/** How long requests that are under way may take once the process is asked to end. */
const drainMs = 5_000;
/** Longer than a status request is held (25 s). Ends connections whose peer asks and does not read the answers. */
const silenceMs = 60_000;
/** A phone's connection may stand for seconds before its request gets through: cut off then, it would show an error. */
const slowestHeadersMs = 20_000;
/** An idle connection costs about 15 KB; descriptors must be left over for the stores. */
const mostConnections = 20_000;
/** Sister systems of one domain leave their cookies with us, 8 KB and more of them. */
const mostHeaderBytes = 16_384;
/** As nginx has it: connections that are kept for ever stay with this process when others are added. */
const mostRequests = 1_000;
/** Connections of a burst that wait to be taken. Node's own 511 overflow, and who overflows tries again a second later. */
const backlog = 4_096;

/** An address of the operator's that is taken, or not this machine's. */
export class AddressUnusable extends Error {
  override readonly name = 'AddressUnusable';
}

/** What Node says, in words, and whether it is about the port. */
const addressFaults: ReadonlyMap<string, readonly [why: string, isPort: boolean]> = new Map([
  ['EADDRINUSE', ['another process has it', true]],
  ['EACCES', ['this user may not have it', true]],
  ['EADDRNOTAVAIL', ['it is no address of this machine', false]],
  ['ENOTFOUND', ['there is no such name', false]],
  ['EAI_AGAIN', ['there is no such name', false]],
]);

type Where = { readonly host: string; readonly port: number };
type Limits = { readonly timeoutMs?: number; readonly headersMs?: number; readonly maxConnections?: number };
/** What the operator chose the address and the port with, for the error that names them. */
type Chosen = { readonly variables?: readonly [host: string, port: string] };
type Told = { readonly watch?: ListenerWatch; readonly unreadable?: UnreadableBody };

export type HttpServer = Awaited<ReturnType<typeof listen>>;

/**
 * Listens with limits that fit small requests: whoever sends headers slowly, or more than 16 KB of them, is cut off with an
 * answer, and so is, without one, whoever does not read or asks again and again before he is answered. `watch` hears of it.
 * Rejects with {@link AddressUnusable}.
 */
export async function listen(
  handler: RequestListener,
  {
    host,
    port,
    timeoutMs = silenceMs,
    headersMs = slowestHeadersMs,
    maxConnections = mostConnections,
    watch = unwatched,
    unreadable = unreadableJson,
    variables,
  }: Where & Limits & Told & Chosen,
): Promise<{
  url: string;
  port: number;
  server: Server;
  linger: (ms: number) => Promise<void>;
  close: () => Promise<void>;
}> {
  let isLeaving = false;
  const connection = boundConnection(handler, () => watch.dropped('pipelined'));
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: headersMs * 1.5,
      connectionsCheckingInterval: 2_000,
      // Longer than a reverse proxy keeps idle connections, so that it is the proxy that closes them.
      keepAliveTimeout: 75_000,
      maxHeaderSize: mostHeaderBytes,
      // A request that announces no body is not made a stream that ends: a sixth of what a redirect costs. Whoever reads one
      // all the same would wait for ever, so bodies are read only where their headers say that there is one.
      optimizeEmptyRequests: true,
    },
    (request, response) => {
      if (isLeaving) response.setHeader('Connection', 'close');
      connection.handler(request, response);
    },
  );
  server.maxRequestsPerSocket = mostRequests;
  server.on('drop', () => watch.dropped('full'));
  // Node asks for a peer's address once and remembers it; who resets the connection after his request would have none.
  server.on('connection', (socket) => void socket.remoteAddress);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = statusOf(error.code);
    if (status !== undefined) watch.unreadable(status, error.code ?? 'unknown');
    // Words of ours in the middle of an answer would be taken for a part of it.
    if (status === undefined || !socket.writable || connection.isBusy(socket)) socket.destroy();
    else answerUnreadable(socket, status, unreadable);
  });
  server.timeout = timeoutMs;
  server.maxConnections = maxConnections;
  server.listen({ port, host, backlog });
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    throw new AddressUnusable(`cannot listen on port ${port} of ${host}: ${whyNot(cause, variables)}`, {
      cause,
    });
  });
  watch.opened(server);
  const bound = (server.address() as AddressInfo).port;

  /** Serves on for a while, and asks who comes to come by another connection next time. */
  async function linger(ms: number): Promise<void> {
    isLeaving = true;
    await sleep(ms);
  }

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    const sweeping = setInterval(() => server.closeIdleConnections(), 50);
    const cutting = setTimeout(() => server.closeAllConnections(), drainMs);
    await closed;
    clearInterval(sweeping);
    clearTimeout(cutting);
  }
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    server,
    linger,
    close,
  };
}

function whyNot({ code = '' }: NodeJS.ErrnoException, variables: Chosen['variables']): string {
  const [why, isPort] = addressFaults.get(code) ?? [];
  const variable = variables?.[isPort ? 1 : 0];
  return [why, why === undefined ? code : `(${code})`, variable && `; set ${variable}`]
    .filter(Boolean)
    .join(' ')
    .replace(' ;', ';');
}

/** Listens on the port, or on a free one when another process of ours on this machine has it: any number may run side by side. */
export async function listenBeside(
  handler: RequestListener,
  where: Where & Told & Chosen,
): Promise<HttpServer> {
  try {
    return await listen(handler, where);
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (cause?.code !== 'EADDRINUSE') throw error;
    return listen(handler, { ...where, port: 0 });
  }
}
