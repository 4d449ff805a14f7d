import DataLoader from 'dataloader';
import type { LoginHistoryDocument, LoginHistoryModel } from '#models/documents/login-history.ts';
import { insertMany, updateMany } from '#models/documents/mongo-command.ts';
import { isMongoOutage } from '#models/documents/mongo-outage.ts';
import { endStatuses, isGoodEnd } from '#models/login/status.ts';
import { within } from '#operations/deadline.ts';
import { createTryAgain, type OnRetry } from '#operations/try-again.ts';

/** Nobody waits for the history, and an insert of fifty costs MongoDB a tenth of fifty inserts. */
const gatherMs = 200;
/** The log has every login too: an entry that dies with a primary is worth no journal write of its own. */
const writeConcern = { w: 1, j: false } as const;

const good: readonly string[] = endStatuses.filter(isGoodEnd);

/** An election is over by then. */
const giveUpAfterMs = 8_000;
/** The end of this process leaves no more time. */
const closesWithinMs = 5_000;

export type HistoryWriter = ReturnType<typeof createHistoryWriter>;

/**
 * Writes the audit entries of many logins in one insert. A repeated job writes an entry a second time; the entry's id
 * makes the second a no-op, unless the first was no good end and the second is. `onError` hears of entries that could not be written.
 */
export function createHistoryWriter(
  history: LoginHistoryModel,
  onError: (error: unknown) => void,
  onRetry?: OnRetry,
) {
  const untilWritten = createTryAgain(isMongoOutage, {
    firstPauseMs: 200,
    longestPauseMs: 1_000,
    maxRetries: 50,
    onRetry,
  });
  const running = new Set<Promise<unknown>>();
  async function insert(entries: readonly LoginHistoryDocument[]): Promise<true[]> {
    const there = await untilWritten(() => insertMany(history, entries, writeConcern), giveUpAfterMs);
    // Of a code that was given up as lost the token may come after all: then the login's good end is what counts.
    const goodEnds = there.flatMap((n) => entries[n] ?? []).filter(({ outcome }) => good.includes(outcome));
    if (goodEnds.length > 0) {
      const updates = goodEnds.map(({ _id, ...end }) => ({
        q: { _id, outcome: { $nin: good } },
        u: { $set: end, $unset: 'reason' in end ? {} : { reason: 1 } },
      }));
      await untilWritten(() => updateMany(history, updates), giveUpAfterMs);
    }
    return entries.map(() => true);
  }
  const loader = new DataLoader<LoginHistoryDocument, true>(insert, {
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
    /** Resolves when all that was taken is written, or after 5 s, which `onError` hears of. */
    async close(): Promise<void> {
      await within(closesWithinMs, Promise.all(running)).catch(onError);
    },
  };
}
