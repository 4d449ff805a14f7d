import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A way to a store that can be made to hang (bytes stay where they are) or to end, and be healed again. */
export async function withProxy(
  t: Pick<ExecutionContext, 'teardown'>,
  target: { host: string; port: number },
) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'hanging' | 'cut' = 'open';

  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(target.port, target.host);
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
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  t.teardown(() => {
    end();
    server.close();
  });

  return {
    port: (server.address() as AddressInfo).port,
    hang() {
      state = 'hanging';
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
