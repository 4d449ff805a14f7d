import test from 'ava';
import fc from 'fast-check';
import { isWithin, readQuery, usualQuery } from '#operations/read-query.ts';

const name = fc.oneof(
  fc.constantFrom('a', 'b', '', '__proto__', 'constructor', 'a b', '小', '%', '+'),
  fc.string(),
);
const namesOf = (params: URLSearchParams) => [...new Set(params.keys())].sort();
const pairs = fc.array(fc.tuple(name, fc.string()), { maxLength: 16 });

test('what URLSearchParams writes is read as URLSearchParams reads it', (t) => {
  fc.assert(
    fc.property(pairs, (given) => {
      const params = new URLSearchParams(given);
      const read = readQuery(params.toString());
      t.deepEqual(Object.keys(read).sort(), namesOf(params));
      for (const key of params.keys()) {
        const values = params.getAll(key);
        t.deepEqual(read[key], values.length === 1 ? values[0] : values);
      }
    }),
  );
});

test('a text that nobody wrote properly is read the same way too', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '&', '=', '%', '+', '2', '6', ';', '#', '?') }),
      (text) => {
        const params = new URLSearchParams(text);
        const read = readQuery(text);
        t.deepEqual(Object.keys(read).sort(), namesOf(params));
        for (const key of params.keys()) t.deepEqual([read[key]].flat(), params.getAll(key));
      },
    ),
  );
});

test('no name reaches into what objects inherit', (t) => {
  const read = readQuery('__proto__=x&toString=y');
  t.deepEqual(Object.entries(read), [
    ['__proto__', 'x'],
    ['toString', 'y'],
  ]);
  t.is(read['hasOwnProperty'], undefined);
});

test('sixteen parameters are read, one more is too many, however short', (t) => {
  const of = (count: number) => Array.from({ length: count }, () => 'a').join('&');
  t.true(isWithin(of(16), usualQuery));
  t.false(isWithin(of(17), usualQuery));
  t.false(isWithin('&'.repeat(16), usualQuery));
  t.true(isWithin('', usualQuery));
});

test('2 KB are read, one character more is too long', (t) => {
  t.true(isWithin('x'.repeat(2_048), usualQuery));
  t.false(isWithin('x'.repeat(2_049), usualQuery));
});

test('how much is allowed is the caller’s to say', (t) => {
  const wide = { parameters: 32, length: 8_192 };
  t.true(isWithin('a=1&'.repeat(31), wide));
  t.false(isWithin('a=1&'.repeat(32), wide));
  t.true(isWithin('x'.repeat(8_192), wide));
});

test('the count ends at the first parameter that is too many', (t) => {
  let looks = 0;
  const counted = {
    length: 2_000,
    indexOf: (_: string, from = 0) => {
      looks += 1;
      return from;
    },
  } as unknown as string;
  t.false(isWithin(counted, usualQuery));
  t.is(looks, 16);
});
