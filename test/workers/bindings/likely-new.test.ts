import test from 'ava';
import { createLikelyNew } from '#workers/bindings/likely-new.ts';

function withMany(count: number, isKnown: boolean, likelyNew = createLikelyNew()) {
  for (let n = 0; n < count; n += 1) likelyNew.note(isKnown);
  return likelyNew;
}

test('nobody is taken for new before some hundred new people have come', (t) => {
  const likelyNew = withMany(200, false);
  t.false(likelyNew.isLikely());
  t.true(withMany(100, false, likelyNew).isLikely());
});

test('a share of known people makes everybody be looked for again', (t) => {
  const likelyNew = withMany(1_000, false);
  t.true(withMany(20, true, likelyNew).isLikely());
  t.false(withMany(100, true, likelyNew).isLikely());
});

test('while an insert is held up, and after one that failed, people are looked for', async (t) => {
  let now = 0;
  const likelyNew = withMany(1_000, false, createLikelyNew({ now: () => now }));
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = likelyNew.watch(() => promise);
  t.true(likelyNew.isLikely());
  now = 1_000;
  t.false(likelyNew.isLikely());
  resolve();
  await held;
  t.true(likelyNew.isLikely());

  await t.throwsAsync(likelyNew.watch(() => Promise.reject(new Error('no majority'))));
  t.false(likelyNew.isLikely());
});
