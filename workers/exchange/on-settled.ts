import type { Logger } from 'pino';
import type { Count, NotePerson } from '#models/counts/tally.ts';
import type { HistoryWriter } from '#models/documents/history-writer.ts';
import { type LoginHistoryDocument, openidDigest } from '#models/documents/login-history.ts';
import type { ExchangeJob } from '#models/login/job.ts';
import type { Sealer } from '#models/sealing.ts';
import { countEnd } from '#workers/exchange/count-end.ts';
import type { ExchangeResult } from '#workers/exchange/exchange-code.ts';
import type { WorkerMetrics } from '#workers/process/metrics.ts';

export type SettledExchange = Extract<ExchangeResult, { verb: 'settled' }>;
export type OnSettled = ReturnType<typeof createOnSettled>;

/** What happens once a login has its answer: it is counted, logged and kept for audit. Its page was told when it settled. */
export function createOnSettled(deps: {
  history: HistoryWriter;
  metrics: WorkerMetrics;
  count: Count;
  notePerson: NotePerson;
  sealer: Pick<Sealer, 'pseudonym'>;
  log: Logger;
}) {
  const { history, metrics, count, notePerson, sealer, log } = deps;

  return (
    job: ExchangeJob,
    { claim, settlement, identity, trouble, timings, elapsedMs, settledAt }: SettledExchange,
  ): void => {
    const { status, reason } = settlement;
    const digest = identity && openidDigest(sealer, identity);
    // A person comes with no other end than 'ready' and 'bind'.
    if (digest !== undefined) notePerson(claim, digest);
    countEnd(count, claim, { settlement, trouble, timings, elapsedMs });
    metrics.login(status, reason, claim.entId);
    metrics.loginSeconds(status, elapsedMs / 1_000);
    for (const [step, ms] of Object.entries(timings)) metrics.stepSeconds(step, ms / 1_000);

    const entry: LoginHistoryDocument = {
      _id: `${job.login}:${claim.n}`,
      entId: claim.entId,
      appid: claim.appid,
      outcome: status,
      ...(reason && { reason }),
      ...trouble,
      ...(claim.rounds > 0 && { rounds: claim.rounds }),
      ...(claim.begunAt > 0 && { begunAt: new Date(claim.begunAt) }),
      ...(identity && { openidDigest: digest, created: identity.created }),
      timings: { ...timings, total: elapsedMs },
      // Redis's clock: the entries of several workers, of which one's date may be wrong, are read in one order.
      at: new Date(settledAt),
    };
    const { _id, at, begunAt, ...told } = entry;
    log.info({ login: job.login, ...told }, 'login');
    history.write(entry);
  };
}
