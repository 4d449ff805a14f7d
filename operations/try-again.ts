import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

/** Hears of each error that is about to be answered by another try. */
export type OnRetry = (error: unknown) => void;

/**
 * Work that is done again while `isWorthIt` says so of its error: with growing, jittered pauses, at most `maxRetries` times
 * and until `giveUpAfterMs`. Nearly all work succeeds at once, so the policy is set up only when it does not.
 */
export function createTryAgain(
  isWorthIt: (error: unknown) => boolean,
  {
    firstPauseMs,
    longestPauseMs,
    maxRetries,
    onRetry = () => {},
  }: { firstPauseMs: number; longestPauseMs: number; maxRetries: number; onRetry?: OnRetry | undefined },
) {
  const policy = retry(handleWhen(isWorthIt), {
    maxAttempts: maxRetries - 1,
    backoff: new ExponentialBackoff({ initialDelay: firstPauseMs, maxDelay: longestPauseMs }),
  });
  policy.onRetry((reason) => {
    if ('error' in reason) onRetry(reason.error);
  });

  return async function tryAgain<T>(work: () => Promise<T>, giveUpAfterMs?: number): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isWorthIt(error)) throw error;
      onRetry(error);
      await sleep(firstPauseMs * (0.5 + Math.random()));
      return policy.execute(
        work,
        giveUpAfterMs === undefined ? undefined : AbortSignal.timeout(giveUpAfterMs),
      );
    }
  };
}
