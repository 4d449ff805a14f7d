import test from 'ava';
import type { JobType } from 'bullmq';
import { countLogins } from '#models/login/count-logins.ts';

/** A queue's list of jobs, as BullMQ reads it: the oldest first when `asc`. */
function listOf(sizes: readonly number[]) {
  const ids = sizes.map((size, at) => (size === 1 ? `login${at}-1` : `b${size}-${at}`));
  let read = 0;
  return {
    queue: {
      async getRanges(_states: JobType[], start = 0, end = 0, asc = false) {
        const range = (asc ? ids : ids.toReversed()).slice(start, end + 1);
        read += range.length;
        return range;
      },
    },
    read: () => read,
  };
}
const count = (sizes: number[]) => countLogins(listOf(sizes).queue, 'wait', sizes.length);

test('logins are counted, not jobs', async (t) => {
  t.is(await count([]), 0);
  t.is(await count([1]), 1);
  t.is(await count([1, 32, 2]), 35);
  t.is(await count([...Array(120).fill(8), ...Array(80).fill(1)]), 120 * 8 + 80);
});

test('of a long list both ends are looked at, however long it is', async (t) => {
  const sizes = [...Array(50_000).fill(20), ...Array(50_000).fill(2)] as number[];
  const { queue, read } = listOf(sizes);
  t.is(await countLogins(queue, 'wait', sizes.length), 1_100_000);
  t.is(read(), 200);
});
