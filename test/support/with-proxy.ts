import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import tls from 'node:tls';
import type { ExecutionContext } from 'ava';

/**
 * A way to a store that can be made to hang (bytes stay where they are) or to end, and be healed again; or whose present
 * connections fall silent for good while new ones are served, as behind a relay that forgot them. With `secure` it speaks TLS
 * to both sides, as a balancer that ends TLS, and so can read what it passes on.
 */
export async function withProxy(
  t: Pick<ExecutionContext, 'teardown'>,
  target: { host: string; port: number },
  { secure }: { secure?: { key: Buffer; cert: Buffer } | undefined } = {},
) {
  const pairs = new Set<readonly [Socket, Socket]>();
  const forgotten = new Set<Socket>();
  let state: 'open' | 'hanging' | 'cut' = 'open';
  let served: RegExp | undefined;

  const server = secure ? tls.createServer(secure, serve) : createServer(serve);
  function serve(near: Socket): void {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = secure ? tls.connect({ ...target, ca: secure.cert }) : connect(target.port, target.host);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (state === 'open') from.pipe(to);
    }
    if (state === 'hanging' && served !== undefined) near.on('data', greet);
    let heard = Buffer.alloc(0);
    /** A client sends its first words at once, but not always in one piece. */
    function greet(piece: Buffer) {
      heard = Buffer.concat([heard, piece]);
      if (!served?.test(heard.toString('latin1'))) return;
      near.off('data', greet);
      far.write(heard);
      near.pipe(far);
      far.pipe(near);
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  t.teardown(() => {
    end();
    for (const socket of forgotten) socket.destroy();
    server.close();
  });

  return {
    port: (server.address() as AddressInfo).port,
    /** Of those connections whose port, as the store sees it, is among `ports`; of all when absent. Returns how many. */
    silence(ports?: ReadonlySet<number>) {
      const struck = [...pairs].filter(([, far]) => ports?.has(far.localPort ?? 0) ?? true);
      for (const pair of struck) {
        const [near, far] = pair;
        near.unpipe(far).pause();
        far.unpipe(near).pause();
        pairs.delete(pair);
        forgotten.add(near).add(far);
      }
      return struck.length;
    },
    /** `but`: connections whose first words match are served all the same. */
    hang({ but }: { but?: RegExp } = {}) {
      state = 'hanging';
      served = but;
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    cut() {
      state = 'cut';
      end();
    },
    heal() {
      state = 'open';
      for (const [near, far] of pairs) {
        near.pipe(far);
        far.pipe(near);
      }
    },
  };
}
