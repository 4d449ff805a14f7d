import { isRedisRefusal } from '#connections/redis-refusal.ts';
import type { ExchangeLedger } from '#models/login/ledger.ts';
import { createTryAgain, type OnRetry } from '#operations/try-again.ts';

/** No login outlives this, so no run needs to wait longer. */
const giveUpAfterMs = 5 * 60_000;

/**
 * The ledger of a run that does not give up while Redis refuses writes: a token in hand, or an attempt of the job, would be
 * lost for nothing. Every move is safe to send again. (While Redis is away altogether, its client waits by itself.)
 */
export function createSteadyLedger(ledger: ExchangeLedger, onRetry?: OnRetry): ExchangeLedger {
  const whileRefused = createTryAgain(isRedisRefusal, {
    firstPauseMs: 100,
    longestPauseMs: 1_000,
    maxRetries: 1_000,
    onRetry,
  });
  return {
    claim: (...move) => whileRefused(() => ledger.claim(...move), giveUpAfterMs),
    release: (...move) => whileRefused(() => ledger.release(...move), giveUpAfterMs),
    saveToken: (...move) => whileRefused(() => ledger.saveToken(...move), giveUpAfterMs),
    settle: (...move) => whileRefused(() => ledger.settle(...move), giveUpAfterMs),
  };
}
