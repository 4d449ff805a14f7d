import type { Job, Queue } from 'bullmq';
import type { CapacityEntry } from '#models/account/reports.ts';
import { accountOf } from '#models/account/slice.ts';
import type { ExchangeJobData } from '#models/login/job-logins.ts';
import { supportCodeOf } from '#models/login/support-code.ts';
import { within } from '#operations/deadline.ts';

const answersWithinMs = 1_000;
/** Delayed jobs come back in about the order in which they came, and those that are worked on are few. */
const mostDelayed = 100;
const mostActive = 200;

/** A login that has waited longest for its end, and for what. Times in ISO 8601. */
export type OldestLogin = {
  readonly support_code: string;
  readonly appid: string;
  readonly ent_id: string;
  readonly since: string;
  /** A reason to hold people (hold-reason.ts), or: for its turn at the account, for a worker, for the end of a call. */
  readonly why: string;
  /** When its account is tried again, where that is known. */
  readonly until?: string;
};
type State = 'waiting' | 'delayed' | 'active';
export type FindOldest = () => Promise<OldestLogin | undefined>;

const whyOf = { waiting: 'worker', delayed: 'account', active: 'call' } as const satisfies Record<
  State,
  string
>;

/** Looks for the oldest job of all queues: four commands for each. Rejects when Redis does not answer in a second. */
export function createFindOldest(deps: {
  queues: readonly Pick<Queue, 'getWaiting' | 'getPrioritized' | 'getDelayed' | 'getActive'>[];
  whyWaits: (appid: string) => string | undefined;
  standings: () => readonly Pick<CapacityEntry, 'name' | 'closedForMs'>[];
  /** ms of Redis's clock, as are the jobs' times. */
  now: () => number;
}): FindOldest {
  const { queues, whyWaits, standings, now } = deps;

  async function oldestOf(queue: (typeof queues)[number]) {
    const [waiting, prioritized, delayed, active] = await Promise.all([
      queue.getWaiting(0, 0),
      queue.getPrioritized(0, 0),
      queue.getDelayed(0, mostDelayed),
      queue.getActive(0, mostActive),
    ]);
    const as = (state: State) => (job: Job<ExchangeJobData>) => ({ job, state });
    return [
      ...[...waiting, ...prioritized].map(as('waiting')),
      ...delayed.map(as('delayed')),
      ...active.map(as('active')),
    ];
  }

  return async function findOldest() {
    const found = await within(answersWithinMs, Promise.all(queues.map(oldestOf)));
    const oldest = found
      .flat()
      // It may have ended in between.
      .filter(({ job }) => job?.data?.recordedAt !== undefined)
      .reduce<(typeof found)[number][number] | undefined>(
        (first, one) => (first && first.job.data.recordedAt <= one.job.data.recordedAt ? first : one),
        undefined,
      );
    if (oldest === undefined) return undefined;
    const { login, appid, entId, recordedAt } = oldest.job.data;
    const closedForMs = standings().find(({ name }) => accountOf(name) === appid)?.closedForMs ?? 0;
    const why = oldest.state === 'active' ? undefined : whyWaits(appid);
    return {
      support_code: supportCodeOf(login),
      appid,
      ent_id: entId,
      since: new Date(recordedAt).toISOString(),
      why: why ?? whyOf[oldest.state],
      // In whole seconds: it is reckoned anew each time.
      ...(closedForMs > 0 && {
        until: new Date(Math.ceil((now() + closedForMs) / 1_000) * 1_000).toISOString(),
      }),
    };
  };
}
