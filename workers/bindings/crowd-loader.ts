import DataLoader from 'dataloader';
import type { Gathering } from '#connections/gathering.ts';

const largestBatch = 500;
/** A batch of more is of a crowd, of which others come within the pause. */
const few = 3;
/** ms. A journalled write lasts some 5; with 20 the batches were larger and nothing was cheaper. */
const usualPauseMs = 8;

/**
 * Gathers what many logins ask of MongoDB into batches that go one after the other: all that came while the batch before was
 * on its way is one. After a batch of a crowd the next waits up to 8 ms more, since a command costs MongoDB far more than the
 * documents in it. A lone login waits for nobody.
 */
export function createCrowdLoader<K, V>(
  work: (batch: readonly K[]) => Promise<V[]>,
  gathering: Gathering,
  pauseMs = usualPauseMs,
): DataLoader<K, V> {
  let running: Promise<unknown> = Promise.resolve();
  let waitUntil = 0;

  function schedule(dispatch: () => void): void {
    const waitMs = waitUntil - performance.now();
    if (waitMs > 0) setTimeout(dispatch, waitMs);
    else gathering.schedule(dispatch);
  }

  return new DataLoader<K, V>(
    (batch) => {
      const done = work(batch);
      const ended = () => {
        waitUntil = batch.length > few ? performance.now() + pauseMs : 0;
      };
      running = done.then(ended, ended);
      return done;
    },
    {
      cache: false,
      maxBatchSize: largestBatch,
      batchScheduleFn: (dispatch) => void running.then(() => schedule(dispatch)),
    },
  );
}
