import type { Lanes } from '#ingress/admission/lanes.ts';
import type { ExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import type { RecordedCode } from '#models/login/record.ts';

export type EnqueueExchange = ReturnType<typeof createEnqueueExchange>;

/** Enqueues the exchange of a code that was just put on record. */
export function createEnqueueExchange({ queue, lanes }: { queue: ExchangeQueue; lanes: Lanes }) {
  /** `client`: a name of the address that the code came from. */
  return async function enqueueExchange(
    login: string,
    recorded: RecordedCode,
    client: string,
  ): Promise<void> {
    const { verb, stage, n, entId, appid, now, diesAt } = recorded;
    // A repeated code that no worker has taken yet is enqueued again: its first callback may have died in between.
    if (verb !== 'recorded' && !(verb === 'repeated' && stage === 'recorded')) return;
    await queue.add(
      { login, n, entId, appid, ...(client !== '' && { client }), recordedAt: now, diesAt },
      { isHeavy: lanes.isHeavy(login, entId), isBurst: lanes.isBurst() },
    );
  };
}
