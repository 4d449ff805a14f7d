import { access } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { startRedis } from '#dev-stores/start-redis.ts';
import { until } from '#test/support/until.ts';
import { isAlive } from './is-alive.ts';

async function withOwnRedis(t: ExecutionContext, options = {}) {
  const store = await startRedis(options);
  t.teardown(store.close);
  const redis = new Redis(store.url);
  redis.on('error', () => {});
  t.teardown(() => redis.disconnect());
  return { store, redis };
}

test('a started Redis keeps an append-only file and evicts nothing', async (t) => {
  const { redis } = await withOwnRedis(t);
  const settings = await redis.config('GET', 'appendonly', 'appendfsync', 'maxmemory-policy', 'save', 'bind');
  const expected = { appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction', save: '' };
  t.like(Object.fromEntries(pairs(settings as string[])), { ...expected, bind: '127.0.0.1' });
});

test('settings given by the caller win', async (t) => {
  const { redis } = await withOwnRedis(t, { settings: { appendfsync: 'always' } });
  t.deepEqual(await redis.config('GET', 'appendfsync'), ['appendfsync', 'always']);
});

test('a crashed Redis is gone at once and comes back on its port with its data', async (t) => {
  const { store, redis } = await withOwnRedis(t);
  await redis.set('kept', 'yes');
  const { pid, url } = store;

  await store.crash();
  t.false(isAlive(pid));
  t.is(store.pid, undefined);

  await store.restart();
  t.not(store.pid, pid);
  t.is(store.url, url);
  t.is(await redis.get('kept'), 'yes');
});

test('a Redis that is stopped in its tracks is closed all the same', async (t) => {
  const { store } = await withOwnRedis(t);
  const pid = store.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  await store.close();
  t.false(isAlive(pid));
});

test('close leaves neither process nor folder', async (t) => {
  const { store } = await withOwnRedis(t);
  const { pid, folder } = store;
  await store.close();
  t.false(isAlive(pid));
  await t.throwsAsync(access(folder), { code: 'ENOENT' });
});

test('a Redis that cannot start fails with its own words and leaves nothing', async (t) => {
  const { store } = await withOwnRedis(t);
  await t.throwsAsync(startRedis({ port: store.port }), { message: /ended before it was ready.*in use/s });
});

test('several start side by side on ports of their own', async (t) => {
  const stores = await Promise.all([withOwnRedis(t), withOwnRedis(t), withOwnRedis(t)]);
  t.is(new Set(stores.map(({ store }) => store.port)).size, 3);
  await t.notThrowsAsync(until(() => stores.every(({ redis }) => redis.status === 'ready')));
});

function pairs(flat: string[]) {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]] as const] : []));
}
