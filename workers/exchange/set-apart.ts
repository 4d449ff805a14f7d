import type { Queue } from 'bullmq';
import type { RedisClock } from '#connections/redis-clock.ts';
import { type ExchangeJob, everyJob, exchangeJobName } from '#models/login/job.ts';
import { apartJobId, type ExchangeJobData } from '#models/login/job-logins.ts';
import { delayedFrom } from '#workers/exchange/delayed-from.ts';

export type SetApart = ReturnType<typeof createSetApart>;
export type Apart = {
  readonly exchange: ExchangeJob;
  /** ms by Redis's clock; 0: at once, before all that wait. */
  readonly delayMs: number;
  readonly attempts?: number;
};

/**
 * Makes jobs of their own of logins that shared one; resolves when Redis has them all, which it gets all or none of. Made again,
 * by another run of the shared job, they stay as they are.
 */
export function createSetApart({
  queue,
  clock,
}: {
  queue: Pick<Queue<ExchangeJobData>, 'addBulk'>;
  clock: Pick<RedisClock, 'now'>;
}) {
  return async (
    logins: readonly Apart[],
    from: { readonly id: string; readonly losses: number; readonly priority: number },
  ): Promise<void> => {
    const { id: claimAs, losses, priority } = from;
    const now = delayedFrom(clock);
    await queue.addBulk(
      logins.map(({ exchange, delayMs, attempts = everyJob.attempts }) => {
        const timestamp = Math.min(exchange.recordedAt, now);
        return {
          name: exchangeJobName,
          data: { ...exchange, claimAs, ...(losses > 0 && { losses }) },
          opts: {
            ...everyJob,
            attempts,
            jobId: apartJobId(exchange),
            timestamp,
            // BullMQ counts from the timestamp.
            ...(delayMs > 0 ? { delay: now + delayMs - timestamp } : { lifo: true }),
            ...(priority > 0 && { priority }),
          },
        };
      }),
    );
  };
}
