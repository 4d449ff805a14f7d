import DataLoader from 'dataloader';
import type { LoginHistoryDocument, LoginHistoryModel } from '#models/login-history.ts';

/** Nobody waits for the history, and an insert of fifty costs MongoDB a tenth of fifty inserts. */
const gatherMs = 40;

export type HistoryWriter = ReturnType<typeof createHistoryWriter>;

/**
 * Writes the audit entries of many logins in one insert. A repeated job writes an entry a second time; the entry's id
 * makes the second a no-op. `onError` hears of entries that could not be written.
 */
export function createHistoryWriter(history: LoginHistoryModel, onError: (error: unknown) => void) {
  const running = new Set<Promise<unknown>>();
  const loader = new DataLoader<LoginHistoryDocument, true>((entries) => insert(history, entries), {
    cache: false,
    maxBatchSize: 500,
    batchScheduleFn: (dispatch) => void setTimeout(dispatch, gatherMs),
  });

  return {
    /** Takes the entry; the write follows. */
    write(entry: LoginHistoryDocument): void {
      const written = loader.load(entry).catch(onError);
      running.add(written);
      written.finally(() => running.delete(written));
    },
    /** Resolves when all that was taken is written. */
    async close(): Promise<void> {
      await Promise.all(running);
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
