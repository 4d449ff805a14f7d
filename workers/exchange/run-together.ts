import type { Job } from 'bullmq';
import type { Logger } from 'pino';
import { type ExchangeJob, everyJob, type JobOutcome } from '#models/login/job.ts';
import { apartJobId, type ExchangeJobData } from '#models/login/job-logins.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import type { JobLines } from '#workers/account/job-lines.ts';
import type { Apart, SetApart } from '#workers/exchange/set-apart.ts';
import type { InTurn } from '#workers/process/start-shards.ts';

/** How many logins of a job ended in which way. */
export type JobOutcomes = Partial<Record<JobOutcome, number>>;

/**
 * Works off the logins of one job side by side. One that cannot end now is set apart at once, in a job of its own: whatever happens
 * to it from then on, its place in a line, its attempts, the worker it may kill, is its own, and the others do not wait for it.
 */
export function createRunTogether(deps: {
  run: (exchange: ExchangeJob, jobId: string) => Promise<JobOutcome>;
  setApart: SetApart;
  /** Does it again while Redis takes no writes. */
  whileRefused: (work: () => Promise<void>) => Promise<void>;
  lines: Pick<JobLines, 'delayOf'>;
  log: Logger;
}) {
  const { run, setApart, whileRefused, lines, log } = deps;

  async function whenNot(error: unknown, exchange: ExchangeJob): Promise<Apart> {
    const { login } = exchange;
    const id = apartJobId(exchange);
    if (error instanceof HeldBackError) {
      // Each has a place of its own in its account's line.
      const delayMs = await lines.delayOf({ id, data: exchange, attemptsStarted: 1 }, error);
      log.debug({ login, job: id, delayMs }, 'waits');
      return { exchange, delayMs };
    }
    log.warn({ login, err: error }, 'job will run again');
    // This was its first attempt.
    return { exchange, delayMs: everyJob.backoff.delay, attempts: everyJob.attempts - 1 };
  }

  return async (
    { id = '', opts, stalledCounter }: Job<ExchangeJobData>,
    exchanges: readonly ExchangeJob[],
    inTurn: InTurn,
  ): Promise<JobOutcomes> => {
    const from = { id, losses: stalledCounter, priority: opts.priority ?? 0 };
    // One of them may have killed the worker.
    if (stalledCounter > 0) {
      const apart = exchanges.map((exchange) => ({ exchange, delayMs: 0 }));
      await whileRefused(() => setApart(apart, from));
      return { apart: exchanges.length };
    }
    const outcomes: JobOutcomes = {};
    const count = (outcome: JobOutcome) => {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    };
    async function runOne(exchange: ExchangeJob): Promise<void> {
      try {
        count(await run(exchange, id));
      } catch (error) {
        await whileRefused(async () => setApart([await whenNot(error, exchange)], from));
        count('apart');
      }
    }
    const ends = await Promise.allSettled(exchanges.map((exchange) => inTurn(() => runOne(exchange))));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return outcomes;
  };
}
