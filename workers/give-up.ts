import { randomUUID } from 'node:crypto';
import { type ExchangeJob, exchangeJobId } from '#models/exchange-job.ts';
import type { ExchangeLedger } from '#models/exchange-ledger.ts';
import type { Announcer } from '#workers/announcer.ts';

/**
 * Ends a login whose job BullMQ gave up, so that its page need not wait for the code to die. Its workers were lost or
 * met a bug of ours; what WeChat knows of the code is open, so the person is asked to authorise again.
 */
export function createGiveUp({ ledger, announcer }: { ledger: ExchangeLedger; announcer: Announcer }) {
  return async (job: ExchangeJob): Promise<void> => {
    const claim = await ledger.claim(job.login, exchangeJobId(job.login, job.n), randomUUID());
    if (['gone', 'done', 'joined', 'wait'].includes(claim.verb)) return;
    const status = 'reauthorize';
    const { verb } = await ledger.settle(job.login, claim.claimId, {
      status,
      scope: claim.scope,
      isLostRound: true,
    });
    if (verb === 'settled') announcer.announce({ id: job.login, status });
  };
}
