import { randomBytes } from 'node:crypto';
import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createLookUp } from '#models/documents/look-up.ts';
import type { SigningKeyModel } from '#models/documents/signing-key.ts';
import { createSigningKeys } from '#models/documents/signing-keys.ts';
import { createSealer } from '#models/sealing.ts';

const today = 1_800_000_000_000;
const eightHours = 8 * 3_600_000;
mock.timers.enable({ apis: ['Date'], now: today });

test.serial(
  'what is known is looked up again in time, though the machine’s date was set back by hours',
  async (t) => {
    let value = 'old';
    const lookUp = createLookUp(async () => value);
    t.is((await lookUp('acme', 20)).value, 'old');
    value = 'new';
    mock.timers.setTime(today - eightHours);
    // The age is what is waited for.
    await sleep(25);
    t.is((await lookUp('acme', 20)).value, 'new');
  },
);

/** What MongoDB has of signing keys, which any process writes to. */
function inMemory(): SigningKeyModel {
  type Row = { readonly _id: string; readonly generation: number };
  const rows: Row[] = [];
  const newestFirst = async () => rows.toSorted((a, b) => b.generation - a.generation);
  return {
    find: () => ({ sort: () => ({ maxTimeMS: () => ({ lean: newestFirst }) }) }),
    updateOne: ({ _id }: Row, { $setOnInsert }: { $setOnInsert: Omit<Row, '_id'> }) => ({
      async maxTimeMS() {
        if (!rows.some((row) => row._id === _id)) rows.push({ _id, ...$setOnInsert });
      },
    }),
  } as unknown as SigningKeyModel;
}

test.serial('nor are new signing keys missed', async (t) => {
  mock.timers.setTime(today);
  const [signingKeys, sealer] = [inMemory(), createSealer([{ kid: 'k', key: randomBytes(32) }])];
  const [other, ours] = [1, 2].map(() => createSigningKeys({ signingKeys, sealer, onUnopenable() {} }));
  t.is((await other?.list())?.length, 2);
  await ours?.rotate(10);
  mock.timers.setTime(today - eightHours);
  await sleep(3_100);
  t.is((await other?.list())?.length, 4);
});
