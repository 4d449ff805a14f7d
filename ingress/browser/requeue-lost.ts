import type { Logger } from 'pino';
import type { Lanes } from '#ingress/admission/lanes.ts';
import type { ExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { createSampledLog } from '#operations/sampled-log.ts';

/** A job starts within moments; one that has not may have been lost with Redis's last second. */
const lostJobAfterMs = 3_000;
/** A killed worker's job is taken over within 10 s (see workers/exchange/exchange-worker.ts), even thrice in a row before this. */
const lostRunAfterMs = 45_000;

export type RequeueLost = ReturnType<typeof createRequeueLost>;

/**
 * Puts a job back that Redis lost, asked by the page that waits for it. It looks before it adds: behind a slow account a job
 * may rightly wait for minutes, and a second one would only stand in line beside it. The new job keeps its lane.
 */
export function createRequeueLost(deps: {
  queue: Pick<ExchangeQueue, 'add' | 'nextRerun'>;
  lanes: Pick<Lanes, 'isHeavyNow'>;
  log: Logger;
}) {
  const { queue, lanes } = deps;
  // Ten thousand pages may wait while Redis takes no writes.
  const sampled = createSampledLog(deps.log);

  async function requeue(
    { id, codes: n, entId, appid, recordedAt, codeDiesAt, job: shared }: LoginRecord,
    isLostRun: boolean,
  ) {
    if (recordedAt === undefined || codeDiesAt === undefined) return;
    const job = { login: id, n, entId, appid, recordedAt, diesAt: codeDiesAt };
    // A job that is shared bears no name of its code: adding one would not find it.
    const rerun = isLostRun || shared !== undefined ? await queue.nextRerun(job, shared) : 0;
    if (rerun === undefined) return;
    await queue.add(job, { isHeavy: lanes.isHeavyNow(id, entId), rerun });
  }

  return (login: LoginRecord): void => {
    const { id, stage, now, recordedAt } = login;
    if (recordedAt === undefined) return;
    const ageMs = now - recordedAt;
    const isLostRun = ageMs > lostRunAfterMs;
    // A job that was never taken has the id of its code: adding it once more changes nothing where it is still there.
    if (!isLostRun && !(stage === 'recorded' && ageMs > lostJobAfterMs)) return;
    requeue(login, isLostRun).catch((error) =>
      sampled.write('lost job', 'warn', { err: error, login: id }, 'could not enqueue a lost job'),
    );
  };
}
