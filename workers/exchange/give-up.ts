import { randomUUID } from 'node:crypto';
import type { ExchangeJob } from '#models/login/job.ts';
import type { ExchangeLedger, Settlement } from '#models/login/ledger.ts';
import type { OnSettled } from '#workers/exchange/on-settled.ts';

/**
 * Ends a login whose job BullMQ gave up, so that its page need not wait for the code to die. It failed again and again by a
 * bug of ours, or with the worker that ran it. Another code, of this round or the next, would most likely meet the same,
 * and bring down the next worker with all its logins: so neither is tried until the person asks for it.
 */
export function createGiveUp({ ledger, onSettled }: { ledger: ExchangeLedger; onSettled: OnSettled }) {
  /** `jobId`: under which it ran, a rerun's own: under another the claim it left behind would count as somebody else's. */
  return async (job: ExchangeJob, jobId: string): Promise<void> => {
    const claim = await ledger.claim(job.login, jobId, randomUUID());
    if (['gone', 'done', 'joined', 'wait'].includes(claim.verb)) return;
    const settlement: Settlement = { status: 'failed', reason: 'internal', scope: claim.scope };
    const { verb, elapsedMs, now } = await ledger.settle(job.login, claim.claimId, settlement);
    if (verb === 'settled')
      onSettled(job, {
        verb,
        claim,
        settlement,
        elapsedMs,
        settledAt: now,
        timings: {},
        trouble: { cause: 'given-up' },
      });
  };
}
