import type { Queue } from 'bullmq';
import type { CapacityReading } from '#models/account/reports.ts';
import { sharingWorkerName } from '#models/login/job-logins.ts';
import { within } from '#operations/deadline.ts';

const askEachMs = 5_000;
/** While BullMQ knows of a worker without the mark: it may just have ended. */
const askAgainMs = 1_000;
const answerMs = 1_000;

type Reading = Pick<CapacityReading, 'now' | 'liveWorkers' | 'sharingWorkers'>;
export type Sharing = ReturnType<typeof createSharing>;

/**
 * Whether logins may share a job: only while every worker that lives is known to know such jobs. Workers since 0.2.0 tell of
 * themselves each second, with or without the mark of those that do; of those of 0.1.0 only BullMQ knows, by their connections,
 * which do not bear the name that ours have. Where that is not known, or nobody is there, each login has a job of its own.
 */
export function createSharing(deps: {
  queues: readonly Pick<Queue, 'getWorkers'>[];
  onChange?: (mayShare: boolean) => void;
}) {
  const { queues, onChange = () => {} } = deps;
  const readings = new Map<number, Reading>();
  /** Connections of workers that do not bear the mark; undefined: not known. */
  let unmarked: number | undefined;
  let lastAsked = Number.NEGATIVE_INFINITY;
  let mayShare = false;

  /** Every worker works for all shards, so that one of them knows all. */
  async function ask(): Promise<void> {
    try {
      const workers = await within(answerMs, queues[0]?.getWorkers() ?? Promise.resolve(undefined));
      unmarked = workers?.filter(({ rawname = '' }) => !rawname.endsWith(`:w:${sharingWorkerName}`)).length;
    } catch {
      unmarked = undefined;
    }
    judge();
  }

  function judge(): void {
    const told = [...readings.values()];
    const isNow =
      unmarked === 0 &&
      told.length === queues.length &&
      told.every(({ liveWorkers, sharingWorkers }) => liveWorkers > 0 && liveWorkers === sharingWorkers);
    if (isNow !== mayShare) onChange(isNow);
    mayShare = isNow;
  }

  return {
    note(shard: number, reading: Reading): void {
      readings.set(shard, reading);
      judge();
      const { now, liveWorkers, sharingWorkers } = reading;
      if (liveWorkers === 0 || sharingWorkers < liveWorkers) return;
      if (now - lastAsked < (unmarked === 0 ? askEachMs : askAgainMs)) return;
      lastAsked = now;
      void ask();
    },
    mayShare: (): boolean => mayShare,
  };
}
