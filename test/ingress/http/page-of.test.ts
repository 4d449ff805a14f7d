import test from 'ava';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const cursorIn = (more: object) => (more as { next_cursor?: string }).next_cursor ?? '';

test('what fits has no next page', (t) => {
  t.deepEqual(pageOf([], String as never), { page: [], more: {} });
  const { page, more } = pageOf(numbers(pageSize), (n) => [String(n)]);
  t.is(page.length, pageSize);
  t.deepEqual(more, {});
});

test('what does not has one, which begins after the last that is shown', (t) => {
  const { page, more } = pageOf(numbers(pageSize + 1), (n) => [String(n), 'ä/?&']);
  t.is(page.length, pageSize);
  t.regex(cursorIn(more), /^[\w-]+$/);
  t.deepEqual(cursorOf(2).parse(cursorIn(more)), [String(pageSize - 1), 'ä/?&']);
});

test('an empty cursor is the beginning, and one that was not made here is none', (t) => {
  t.deepEqual(cursorOf(1).parse(''), []);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const text of [
    'x',
    '%',
    encode('a'),
    encode(['a', 'b']),
    encode([1]),
    encode([{ $gt: '' }]),
    'a'.repeat(2_000),
  ])
    t.false(cursorOf(1).safeParse(text).success, text.slice(0, 20));
});

test('after a cursor of two fields comes what is greater in the first, or in the second where the first is the same', (t) => {
  t.deepEqual(after([], ['a', 'b']), {});
  t.like(after(['1'], ['a']), { a: { $gt: '1' } });
  t.like(after(['1', '2'], ['a', 'b']), { $or: [{ a: { $gt: '1' } }, { a: '1', b: { $gt: '2' } }] });
});
