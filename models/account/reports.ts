import { type CapacityScripts, capacityPlace } from '#models/account/define-scripts.ts';
import type { AccountState } from '#models/account/state.ts';

/** An account, or an enterprise's slice of one, that is closed or slowed down, or whose jobs stand in line. */
export type CapacityEntry = {
  /** An appid, or see models/account/slice.ts. */
  readonly name: string;
  readonly state: AccountState;
  readonly cause: string;
  /** Until it is tried again; 0 when open. */
  readonly closedForMs: number;
  /** Logins it can take. */
  readonly perSecond: number;
  /** Jobs that are delayed until it can take them. */
  readonly waiting: number;
};

export type CapacityReading = {
  /** ms of Redis's clock. */
  readonly now: number;
  /** Worker processes that told of themselves in the last three seconds; those of release 0.1.0 do not. */
  readonly liveWorkers: number;
  /** Those of them that know jobs of several logins. */
  readonly sharingWorkers: number;
  /** ms since a worker's last sign of life; undefined when there was none in the last minute. */
  readonly lastSignMs: number | undefined;
  /** Logins that workers have ended in this shard, ever. */
  readonly ended: number;
  readonly entries: readonly CapacityEntry[];
};

/** What one worker saw since its last report. */
export type WorkerReport = {
  /** See workerNameOf. */
  readonly worker: string;
  readonly ended: number;
  /** Answers of WeChat for each account it works for; `isDown`: WeChat does not answer this worker. */
  readonly accounts: ReadonlyMap<string, { readonly answered: number; readonly isDown: boolean }>;
  /** Jobs that came back and did not go to the line again, by the line's name. */
  readonly left: ReadonlyMap<string, readonly string[]>;
};

/** Behind the name of a worker that knows jobs of several logins; what came before 0.3 does not say it. */
const knowsSharedJobs = '+shared';
export const workerNameOf = (id: string): string => id + knowsSharedJobs;

export type CapacityReports = ReturnType<typeof createCapacityReports>;

/** How all accounts of a shard stand: told by workers each second, read by every ingress twice a second, one command each. */
export function createCapacityReports(deps: {
  scripts: CapacityScripts;
  prefix: string;
  callsPerSecond: number;
  clockOffsetMs: () => number;
}) {
  const { scripts, prefix, callsPerSecond, clockOffsetMs } = deps;

  async function ask(shard: number, worker: string, ended: number, accounts: object, left: object) {
    const place = capacityPlace(prefix, shard);
    const keys = { workers: `${place}workers`, fleet: `${place}fleet`, noted: `${place}noted` };
    const told = { worker, ended, accounts: JSON.stringify(accounts), left: JSON.stringify(left) };
    const reply = await scripts.report(keys, {
      offset: clockOffsetMs(),
      place,
      ...told,
      fullRate: callsPerSecond,
      mark: knowsSharedJobs,
    });
    return toReading(reply as Reply);
  }

  return {
    report(shard: number, { worker, ended, accounts, left }: WorkerReport): Promise<CapacityReading> {
      const seen = [...accounts].map(([name, { answered, isDown }]) => [name, [answered, isDown ? 1 : 0]]);
      return ask(shard, worker, ended, Object.fromEntries(seen), Object.fromEntries(left));
    },
    read: (shard: number): Promise<CapacityReading> => ask(shard, '', 0, {}, {}),
  };
}

type Reply = [
  [number, number, number, number, number],
  ...[string, AccountState, string, number, string, number][],
];

function toReading([
  [now, liveWorkers, lastSignMs, ended, sharingWorkers],
  ...entries
]: Reply): CapacityReading {
  return {
    now,
    liveWorkers,
    sharingWorkers,
    lastSignMs: lastSignMs < 0 ? undefined : lastSignMs,
    ended,
    entries: entries.map(([name, state, cause, closedForMs, perSecond, waiting]) => ({
      name,
      state,
      cause,
      closedForMs,
      perSecond: Number(perSecond),
      waiting,
    })),
  };
}
