import test from 'ava';
import { randomBytes } from '#models/random-bytes.ts';

test('no bytes are given out twice, across many blocks', (t) => {
  const seen = new Set(Array.from({ length: 5_000 }, () => randomBytes(16).toString('hex')));
  t.is(seen.size, 5_000);
});

test('what was given out stays as it was', (t) => {
  const first = randomBytes(32);
  const before = first.toString('hex');
  for (let n = 0; n < 1_000; n += 1) randomBytes(32);
  t.is(first.toString('hex'), before);
  t.not(before, '00'.repeat(32));
});

test('a size that does not fit is refused', (t) => {
  t.is(randomBytes(4_096).length, 4_096);
  t.throws(() => randomBytes(4_097), { instanceOf: RangeError });
});
