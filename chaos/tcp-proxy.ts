import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>;
type Pair = { readonly near: Socket; readonly far: Socket; isDoomed: boolean };

/**
 * Stands before a server and fails on demand as networks do. What `loseReply` does no network emulator offers: the
 * request arrives and is carried out, and its reply never comes back. A reply can only be lost together with its
 * connection, since Redis's clients tell replies apart by their order.
 */
export async function startTcpProxy(target: { host?: string; port: number }) {
  let { host = '127.0.0.1', port: targetPort } = target;
  let isHanging = false;
  let delayMs = 0;
  let doomedRequests: { pattern: RegExp; left: number; isSpent: () => void } | undefined;
  const pairs = new Set<Pair>();
  const forgotten = new Set<Pair>();

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host, port: targetPort, noDelay: true });
    const pair: Pair = { near, far, isDoomed: false };
    pairs.add(pair);
    function end() {
      near.destroy();
      far.destroy();
      pairs.delete(pair);
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.on('data', (chunk: Buffer) => {
      doom(pair, chunk);
      pass(chunk, far);
    });
    far.on('data', (chunk: Buffer) => (pair.isDoomed ? end() : pass(chunk, near)));
    if (isHanging) pause(pair);
  });

  function pass(chunk: Buffer, to: Socket) {
    // Equal delays keep their order.
    if (delayMs > 0) setTimeout(() => to.destroyed || to.write(chunk), delayMs);
    else to.write(chunk);
  }
  function doom(pair: Pair, chunk: Buffer) {
    if (doomedRequests === undefined || pair.isDoomed) return;
    if (!doomedRequests.pattern.test(chunk.toString('latin1'))) return;
    pair.isDoomed = true;
    doomedRequests.left -= 1;
    if (doomedRequests.left > 0) return;
    doomedRequests.isSpent();
    doomedRequests = undefined;
  }
  const pause = ({ near, far }: Pair) => [near, far].map((socket) => socket.pause());
  function cut() {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  }
  async function listen(port: number) {
    server.listen({ port, host: '127.0.0.1', backlog: 4_096 });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const port = await listen(0);

  return {
    port,
    /** Breaks every connection; new ones are accepted. */
    cut,
    /** Connection refused, as by a host whose server is gone. */
    refuse() {
      server.close();
      cut();
    },
    /** Bytes stay where they are, also those of new connections: a network that swallows. */
    hang() {
      isHanging = true;
      for (const pair of pairs) pause(pair);
    },
    /**
     * Of these connections (by their port, as the server sees it; all when absent) nothing passes any more, for good, and
     * nobody is told; new ones are served. Returns how many.
     */
    silence(ports?: ReadonlySet<number>): number {
      const struck = [...pairs].filter(({ far }) => ports?.has(far.localPort ?? 0) ?? true);
      for (const pair of struck) {
        pause(pair);
        pairs.delete(pair);
        forgotten.add(pair);
      }
      return struck.length;
    },
    setDelay(ms: number) {
      delayMs = ms;
    },
    /** New connections lead here from now on; the old ones stay, as after a failover. */
    leadTo(newPort: number) {
      targetPort = newPort;
    },
    /** Loses the replies to the next `count` requests that match; resolves when the last of them was sent. */
    loseReply(pattern: RegExp, count = 1): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      doomedRequests = { pattern, left: count, isSpent: resolve };
      return promise;
    },
    /** Undoes all of the above but `leadTo`. */
    async heal() {
      isHanging = false;
      delayMs = 0;
      doomedRequests = undefined;
      for (const { near, far } of pairs) {
        near.resume();
        far.resume();
      }
      if (!server.listening) await listen(port);
    },
    async close() {
      cut();
      for (const { near, far } of forgotten) {
        near.destroy();
        far.destroy();
      }
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
