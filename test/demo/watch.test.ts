import { utimes } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { addressesOf, startDemo } from '#test/support/start-demo.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { until } from '#test/support/until.ts';

const template = path.join(import.meta.dirname, '../../ingress/browser/pages/hold.eta');

test('npm run dev starts both processes again when a file of theirs changes, also one that is no module', async (t) => {
  const stores = { REDIS_URL: storeUrl('TEST_REDIS_URL'), MONGO_URL: storeUrl('TEST_MONGO_URL') };
  const demo = await startDemo({ ...stores, DEMO_WATCH: '1' });
  t.teardown(() => demo.end());
  const { openHouse } = await addressesOf(demo);
  const isServing = async () => (await fetch(openHouse).catch(() => undefined)) !== undefined;
  t.true(await isServing());
  await utimes(template, new Date(), new Date());
  await until(() => demo.said().includes('Ready again.'), { timeoutMs: 60_000 });
  t.true(demo.said().includes('A file changed. Starting again'));
  t.true(await isServing());
});
