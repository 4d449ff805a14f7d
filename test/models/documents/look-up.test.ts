import test from 'ava';
import { createLookUp, DirectoryUnavailable } from '#models/documents/look-up.ts';

/** A look-up in a table of the test's, with a clock that it moves on; `asked` has the keys that were really looked for. */
function aLookUp(table: Record<string, string>) {
  const asked: string[] = [];
  const state = { now: 1_000_000, isAway: false };
  const lookUp = createLookUp(
    async (key) => {
      asked.push(key);
      if (state.isAway) throw new Error('away');
      return table[key] ?? null;
    },
    { now: () => state.now },
  );
  return { lookUp, asked, state };
}

const strangers = Array.from({ length: 10_000 }, (_, n) => `stranger-${n}`);

test('ten thousand unknown keys push out none that somebody has, and few of them are looked up', async (t) => {
  const { lookUp, asked } = aLookUp({ acme: 'Acme', other: 'Other' });
  await Promise.all([lookUp('acme'), lookUp('other')]);
  const ends = await Promise.allSettled(strangers.map(lookUp));
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  t.true(refused.every((reason) => reason instanceof DirectoryUnavailable));
  t.true(asked.length <= 202, `${asked.length}`);
  t.true(refused.length >= 9_800);

  const before = asked.length;
  t.is((await lookUp('acme')).value, 'Acme');
  t.is((await lookUp('other')).value, 'Other');
  t.is(asked.length, before);
});

test('one after the other they are not looked up without end either', async (t) => {
  const { lookUp, asked } = aLookUp({});
  let refused = 0;
  for (const key of strangers) await lookUp(key).catch(() => (refused += 1));
  // The limit is one of each second, and this may take several.
  t.true(refused > 0, `${asked.length} of 10,000 were looked up`);
});

test('while strangers are refused what is known is looked up again when its time is over', async (t) => {
  const table: Record<string, string> = { acme: 'Acme' };
  const { lookUp, state } = aLookUp(table);
  await lookUp('acme');
  await Promise.allSettled(strangers.map(lookUp));
  table['acme'] = 'Acme & Sons';
  state.now += 3_001;
  t.is((await lookUp('acme')).value, 'Acme & Sons');
});

test('an unknown key is remembered, and found within five seconds once it is there', async (t) => {
  const table: Record<string, string> = {};
  const { lookUp, asked, state } = aLookUp(table);
  for (let n = 0; n < 5; n += 1) t.is((await lookUp('new')).value, undefined);
  t.is(asked.length, 1);
  table['new'] = 'New';
  state.now += 3_001;
  t.is((await lookUp('new')).value, 'New');
  delete table['new'];
  state.now += 3_001;
  t.is((await lookUp('new')).value, undefined);
});

test('many who want one key at once cause one look', async (t) => {
  const { lookUp, asked, state } = aLookUp({ acme: 'Acme' });
  await Promise.all(strangers.map(() => lookUp('acme')));
  state.now += 3_001;
  await Promise.all(strangers.map(() => lookUp('acme')));
  t.is(asked.length, 2);
});

test('when nobody answers, the last answer serves on and says how old it is', async (t) => {
  const { lookUp, asked, state } = aLookUp({ acme: 'Acme' });
  const { seenAt } = await lookUp('acme');
  state.isAway = true;
  state.now += 3_600_000;
  t.like(await lookUp('acme'), { value: 'Acme', seenAt });
  t.is(asked.length, 2);
  await lookUp('acme');
  t.is(asked.length, 2);
  await t.throwsAsync(lookUp('other'), { instanceOf: DirectoryUnavailable });
});

test('what may have changed is looked up when it is asked for next, and known still if that fails', async (t) => {
  const table: Record<string, string> = { acme: 'Acme' };
  const { lookUp, asked, state } = aLookUp(table);
  await lookUp('acme');
  table['acme'] = 'Acme & Sons';
  lookUp.outdate('acme');
  lookUp.outdate('nobody');
  t.is((await lookUp('acme')).value, 'Acme & Sons');
  state.isAway = true;
  lookUp.outdate('acme');
  t.is((await lookUp('acme')).value, 'Acme & Sons');
  t.is(asked.length, 3);
});

test('whoever wants a newer answer gets one, and no more looks than his patience asks for', async (t) => {
  const table: Record<string, string> = { acme: 'Acme' };
  const { lookUp, asked, state } = aLookUp(table);
  await lookUp('acme', 250);
  table['acme'] = 'Acme & Sons';
  state.now += 200;
  t.is((await lookUp('acme', 250)).value, 'Acme');
  state.now += 100;
  t.is((await lookUp('acme')).value, 'Acme');
  t.is((await lookUp('acme', 250)).value, 'Acme & Sons');
  t.is((await lookUp('acme', 250)).value, 'Acme & Sons');
  t.is(asked.length, 2);
});

test('unknown keys that are asked for again count, too, and keep their last answer beyond the limit', async (t) => {
  const { lookUp, asked, state } = aLookUp({});
  const mine = strangers.slice(0, 150);
  await Promise.all(mine.map((key) => lookUp(key)));
  for (let n = 0; n < 20; n += 1) {
    state.now += 3_001;
    for (const key of mine) t.is((await lookUp(key)).value, undefined);
  }
  // 3,150 were asked for within what may have been one second.
  t.true(asked.length < 3_000, `${asked.length}`);
});

test('what is remembered is recalled without waiting, however old, and looked up beside', async (t) => {
  const { lookUp, asked, state } = aLookUp({ acme: 'Acme' });
  t.is(lookUp.recall('acme'), undefined);
  await lookUp('acme');
  t.is(lookUp.recall('acme'), 'Acme');
  t.is(asked.length, 1);
  state.now += 60_000;
  state.isAway = true;
  t.is(lookUp.recall('acme'), 'Acme');
  t.is(asked.length, 2, 'old: looked up for the next one, and that it failed disturbs nobody');
});
