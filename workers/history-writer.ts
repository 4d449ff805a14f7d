import DataLoader from 'dataloader';
import type { LoginHistoryDocument, LoginHistoryModel } from '#models/login-history.ts';

export type HistoryWriter = ReturnType<typeof createHistoryWriter>;

/**
 * Writes the audit entries of many logins in one insert: whatever came while the insert before was on its way.
 * A repeated job writes an entry a second time; the entry's id makes the second a no-op.
 */
export function createHistoryWriter(history: LoginHistoryModel) {
  let running: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<LoginHistoryDocument, true>(
    (entries) => {
      const batch = insert(history, entries);
      running = batch.catch(() => {});
      return batch;
    },
    { cache: false, maxBatchSize: 500, batchScheduleFn: (dispatch) => void running.then(dispatch) },
  );
  return {
    async write(entry: LoginHistoryDocument): Promise<void> {
      await loader.load(entry);
    },
  };
}

async function insert(history: LoginHistoryModel, entries: readonly LoginHistoryDocument[]): Promise<true[]> {
  try {
    // The native insert: every entry was made by our own code, and the model's checks cost more than the write.
    await history.collection.insertMany(entries as never, { ordered: false });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 11_000) throw error;
  }
  return entries.map(() => true);
}
