import type { Logger } from 'pino';
import type { MongoTrouble } from '#connections/mongo-trouble.ts';
import { isRedisRefusal } from '#connections/redis-refusal.ts';
import { mongoOutageOf } from '#models/documents/mongo-outage.ts';
import type { OnRetry } from '#operations/try-again.ts';

export type RetryReason = MongoTrouble | 'refuses_writes';
type Spell = { retries: number; ending: NodeJS.Timeout };

/** A store of which nothing was asked again for this long does what it should. */
const quietMs = 10_000;

/**
 * Tells of work that waits for a store: each retry is counted, and a spell of them is a line when it begins and one when it
 * is over, however many logins are in it.
 */
export function createRetryWatch(deps: {
  onRetry: (store: 'mongo' | 'redis', reason: RetryReason) => void;
  log: Logger;
  spellEndsAfterMs?: number;
}): OnRetry {
  const { log, spellEndsAfterMs = quietMs } = deps;
  const spells = new Map<RetryReason, Spell>();

  return function noteRetry(error) {
    const outage = mongoOutageOf(error);
    if (outage === undefined && !isRedisRefusal(error)) return;
    const store = outage === undefined ? 'redis' : 'mongo';
    const reason = outage ?? 'refuses_writes';
    deps.onRetry(store, reason);
    const spell = spells.get(reason);
    if (spell !== undefined) {
      spell.retries += 1;
      spell.ending.refresh();
      return;
    }
    log.warn({ store, reason, err: error }, 'logins wait for a store, which is asked again');
    const begun: Spell = { retries: 1, ending: setTimeout(end, spellEndsAfterMs).unref() };
    spells.set(reason, begun);

    function end(): void {
      spells.delete(reason);
      log.info({ store, reason, retries: begun.retries }, 'logins wait for that store no longer');
    }
  };
}
