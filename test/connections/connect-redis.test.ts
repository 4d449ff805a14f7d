import { type AddressInfo, createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { Redis } from 'ioredis';
import { connectRedis } from '#connections/connect-redis.ts';
import { StoreUnreachable } from '#connections/store-unreachable.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { until } from '#test/support/until.ts';
import { withProxy } from '#test/support/with-proxy.ts';
import { withRedis } from '#test/support/with-redis.ts';

/** Accepts connections and never says a word. */
async function silentPort(t: ExecutionContext): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function throughProxy(t: ExecutionContext) {
  const { hostname, port } = new URL(withRedis(t).url);
  const proxy = await withProxy(t, { host: hostname, port: Number(port) });
  return { proxy, url: `redis://127.0.0.1:${proxy.port}` };
}

for (const role of ['producer', 'consumer'] as const) {
  test(`a ${role} learns within its time that nobody listens, without its credentials in any message`, async (t) => {
    const port = await freePort();
    const told: Error[] = [];
    const error = await t.throwsAsync(
      connectRedis([`redis://someone:canary-word@127.0.0.1:${port}`], role, {
        timeoutMs: 700,
        onError: (failure) => told.push(failure),
      }),
      { instanceOf: StoreUnreachable },
    );
    t.is(
      error?.message,
      `Redis at 127.0.0.1:${port} is not reachable: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    t.notRegex([error, error?.cause, ...told].map(String).join(), /canary/);
  });

  test(`a ${role} gives up a Redis that accepts and never answers`, async (t) => {
    const port = await silentPort(t);
    await t.throwsAsync(connectRedis([`redis://127.0.0.1:${port}`], role, { timeoutMs: 300 }), {
      instanceOf: StoreUnreachable,
    });
  });
}

test('an unreachable cluster names all its seeds, and no credentials', async (t) => {
  const port = await freePort();
  const error = await t.throwsAsync(
    connectRedis([`redis://u:canary@127.0.0.1:${port}`, `redis://127.0.0.1:${port}`], 'producer', {
      timeoutMs: 500,
    }),
    { instanceOf: StoreUnreachable },
  );
  t.regex(
    `${error?.message}`,
    new RegExp(`^Redis at 127.0.0.1:${port}, 127.0.0.1:${port} is not reachable: `),
  );
  t.notRegex(`${error?.message}`, /canary/);
});

test('a Redis that comes up in time is waited for', async (t) => {
  const { proxy, url } = await throughProxy(t);
  proxy.cut();
  const connecting = connectRedis([url], 'producer', { timeoutMs: 20_000, onError: () => proxy.heal() });
  const redis = await connecting;
  t.teardown(() => redis.disconnect());
  t.is(await redis.ping(), 'PONG');
});

test('a producer’s command fails while Redis is away', async (t) => {
  const { proxy, url } = await throughProxy(t);
  const redis = await connectRedis([url], 'producer');
  t.teardown(() => redis.disconnect());
  proxy.cut();
  await until(() => redis.status !== 'ready');
  await t.throwsAsync(redis.ping());
});

test('a producer’s command that hangs is given up within a second', async (t) => {
  const { proxy, url } = await throughProxy(t);
  const redis = await connectRedis([url], 'producer');
  t.teardown(() => redis.disconnect());
  proxy.hang();
  await t.throwsAsync(redis.ping(), { message: 'Command timed out' });
});

test('a consumer’s command waits until Redis is back', async (t) => {
  const { proxy, url } = await throughProxy(t);
  let failures = 0;
  const redis = await connectRedis([url], 'consumer', { onError: () => (failures += 1) });
  t.teardown(() => redis.disconnect());
  proxy.cut();
  await until(() => redis.status !== 'ready');
  const waiting = redis.ping();
  await until(() => failures >= 3);
  proxy.heal();
  t.is(await waiting, 'PONG');
});

test('a consumer’s connection has no limit of tries, nor of time', async (t) => {
  const redis = (await connectRedis([withRedis(t).url], 'consumer')) as Redis;
  t.teardown(() => redis.disconnect());
  t.is(redis.options.maxRetriesPerRequest, null);
  t.is(redis.options.commandTimeout, undefined);
});
