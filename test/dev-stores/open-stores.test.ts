import test from 'ava';
import { openStores } from '#dev-stores/open-stores.ts';
import { storeUrl } from '#test/support/store-url.ts';

test('stores that are named are used as they are, and not ended', async (t) => {
  const named = { redisUrl: storeUrl('TEST_REDIS_URL'), mongoUrl: storeUrl('TEST_MONGO_URL') };
  const said: string[] = [];
  const stores = await openStores({ ...named, say: (line) => said.push(line) });
  t.like(stores, named);
  t.deepEqual(said, ['Redis: using REDIS_URL', 'MongoDB: using MONGO_URL']);
  await t.notThrowsAsync(stores.close());
});
