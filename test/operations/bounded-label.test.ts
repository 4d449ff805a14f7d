import test from 'ava';
import { createBoundedLabel } from '#operations/bounded-label.ts';

test('the first values keep their name, later ones are other, for good', (t) => {
  const label = createBoundedLabel(2);
  t.deepEqual(['a', 'b', 'c', 'a', 'd', 'c', 'b'].map(label), [
    'a',
    'b',
    'other',
    'a',
    'other',
    'other',
    'b',
  ]);
});
