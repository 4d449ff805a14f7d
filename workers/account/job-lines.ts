import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { RedisClock } from '#connections/redis-clock.ts';
import type { AccountCapacity } from '#models/account/capacity.ts';
import { linesOf } from '#models/account/slice.ts';
import type { ExchangeJobData } from '#models/login/job-logins.ts';
import type { HeldBackError } from '#workers/account/held-back-error.ts';

/** A job that is back too early was called by a process whose clock is wrong, and would be so again at once: held for so long at most. */
const heldMs = 1_000;
const earlyEnoughMs = 20;
const mostKept = 20_000;
/** Those who were told the same time come back one by one. */
const spread = 0.2;
const leastSpreadMs = 200;

export type JobLines = ReturnType<typeof createJobLines>;
type Job = {
  readonly id?: string | undefined;
  readonly data: ExchangeJobData;
  readonly attemptsStarted: number;
};

/**
 * The jobs that wait for a slow or closed account, of one login each: each is delayed by its place in the account's line, so that a long line
 * costs one move of each job and not one each second, and stands in it until it comes back for good.
 */
export function createJobLines(deps: {
  capacity: Pick<AccountCapacity, 'lineUp'>;
  clock: Pick<RedisClock, 'now'>;
  /** The time before a code's death when it is too late to send it. */
  leastUsefulMs: number;
}) {
  const { capacity, clock, leastUsefulMs } = deps;
  const notBefore = new LRUCache<string, number>({ max: mostKept });
  let left = new Map<string, string[]>();

  function add(line: string, ids: readonly string[]): void {
    const known = left.get(line) ?? [];
    left.set(line, known);
    known.push(...ids);
  }

  return {
    /** Holds a job that came back before its time. */
    async cameBack({ id = '' }: Job): Promise<void> {
      const earlyMs = (notBefore.get(id) ?? 0) - performance.now();
      if (earlyMs > earlyEnoughMs) await sleep(Math.min(earlyMs, heldMs));
    },

    /**
     * Answers for how many ms the job is to be delayed: never past the death of the code that is held back, so that its login
     * ends in time. That may be a later one than the job's own, which has died: by its death the job would be back at once.
     */
    async delayOf({ id = '', data }: Job, heldBack: HeldBackError): Promise<number> {
      const { line = data.appid, resumeInMs, diesAt = data.diesAt } = heldBack;
      const place = await capacity.lineUp(line, {
        id,
        entId: data.entId,
        leastDelayMs: Math.ceil(resumeInMs),
      });
      const spreadOut = place + Math.random() * Math.max(place * spread, leastSpreadMs);
      const untilItDies = diesAt - leastUsefulMs - clock.now();
      const delayMs = Math.round(diesAt > 0 ? Math.min(spreadOut, Math.max(untilItDies, 0)) : spreadOut);
      notBefore.set(id, performance.now() + delayMs);
      return delayMs;
    },

    /** The job is over, one way or the other. */
    leave({ id = '', data, attemptsStarted }: Job): void {
      // One that was set apart from others may have stood in a line before its first run.
      if (attemptsStarted < 2 && data.claimAs === undefined) return;
      notBefore.delete(id);
      for (const line of linesOf(data)) add(line, [id]);
    },

    /** For the report: the jobs that left since it was last asked, of the accounts that `isOurs` knows. */
    takeLeft(isOurs: (name: string) => boolean): Map<string, string[]> {
      const ours = new Map([...left].filter(([line]) => isOurs(line)));
      left = new Map([...left].filter(([line]) => !isOurs(line)));
      return ours;
    },
    /** They could not be told. */
    putBack(ours: ReadonlyMap<string, readonly string[]>): void {
      for (const [line, ids] of ours) add(line, ids);
    },
  };
}
