import { setTimeout as sleep } from 'node:timers/promises';
import type { Lanes } from '#ingress/admission/lanes.ts';
import type { ExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import type { LoginRecords, RecordedCode } from '#models/login/record.ts';

/** A code that came twice at one moment: the other callback, perhaps at another ingress, has so long to make the job. */
const looksEachMs = 100;
const looks = 3;

export type EnqueueExchange = ReturnType<typeof createEnqueueExchange>;

/** Enqueues the exchange of a code that was just put on record. */
export function createEnqueueExchange(deps: {
  queue: Pick<ExchangeQueue, 'add' | 'isThere'>;
  records: Pick<LoginRecords, 'read'>;
  lanes: Lanes;
  /** Every worker that lives knows jobs of several logins. */
  mayShare: () => boolean;
}) {
  const { queue, records, lanes, mayShare } = deps;

  /** A job that it shares with others bears no name of its code, so a second one has to be looked for. */
  async function hasJob(login: string, n: number): Promise<boolean> {
    for (let look = 1; look <= looks; look += 1) {
      const record = await records.read(login);
      if (record?.stage !== 'recorded' || (await queue.isThere({ login, n }, record.job))) return true;
      if (look < looks) await sleep(looksEachMs);
    }
    return false;
  }

  /** `client`: a name of the address that the code came from. */
  return async function enqueueExchange(
    login: string,
    recorded: RecordedCode,
    client: string,
  ): Promise<void> {
    const { verb, stage, n, entId, appid, now, diesAt } = recorded;
    // A repeated code that no worker has taken yet is enqueued again: its first callback may have died in between.
    if (verb !== 'recorded' && !(verb === 'repeated' && stage === 'recorded')) return;
    const isShared = mayShare();
    if (verb === 'repeated' && isShared && (await hasJob(login, n))) return;
    await queue.add(
      { login, n, entId, appid, ...(client !== '' && { client }), recordedAt: now, diesAt },
      {
        isHeavy: lanes.isHeavy(login, entId),
        isBurst: lanes.isBurst(),
        mayShare: isShared && verb === 'recorded',
      },
    );
  };
}
