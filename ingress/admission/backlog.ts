import type { Queue } from 'bullmq';
import { createDrainRate, ordinary } from '#ingress/admission/drain-rate.ts';
import { type HoldReason, holdReasonOf } from '#ingress/admission/hold-reason.ts';
import type { AccountCapacity } from '#models/account/capacity.ts';
import type { CapacityEntry, CapacityReading } from '#models/account/reports.ts';
import { accountOf, slicesOf } from '#models/account/slice.ts';
import type { AccountState } from '#models/account/state.ts';
import type { PausedAccounts } from '#models/documents/paused-accounts.ts';
import { countLogins } from '#models/login/count-logins.ts';
import { shardOf, shardOfAccount } from '#models/login/store.ts';

const readEachMs = 500;

/** What awaits a login that begins now. */
export type Wait = {
  /** Whose line it would stand in: its account's, or a slice's of it (models/account/slice.ts). */
  readonly line: string;
  readonly state: AccountState;
  /** Until an account that takes no calls is tried again. */
  readonly closedForMs: number;
  /** Jobs before it that wait for the account alone. */
  readonly waiting: number;
  /** Logins that the account can take, with the workers there are. */
  readonly perSecond: number;
  /** Logins of all accounts of its shard that the workers end. */
  readonly workersPerSecond: number;
  readonly waitMs: number;
  /** True when the account is what it waits for, not the workers. */
  readonly isOfAccount: boolean;
  /** An operator has paused the account, or the queue on the dashboard: nobody's login begins. */
  readonly isPaused: boolean;
  readonly reason: HoldReason;
  /** What the operator says to those who are held. */
  readonly sentence?: string;
};

export type Backlog = ReturnType<typeof createBacklog>;

/**
 * How long a login that begins now waits: for a worker, and for its account. Read twice a second, never by a request: the
 * logins that wait in each shard, and what the workers tell of the accounts (models/account/capacity.ts).
 */
export function createBacklog(deps: {
  queues: readonly Queue[];
  capacity: Pick<AccountCapacity, 'read'>;
  /** Of an account whose operator wants no login of it for now. */
  pauseOf?: PausedAccounts['find'];
  /** Hears of every reading. */
  onReading?: (shard: number, reading: CapacityReading) => void;
  /** Hears when a shard's queue is paused, and when it goes on. */
  onPaused?: (shard: number, isPaused: boolean) => void;
  onError: (error: unknown) => void;
}) {
  const { queues, capacity, pauseOf = () => undefined, onError } = deps;
  const { onReading = () => {}, onPaused = () => {} } = deps;
  const shards = queues.map(() => ({
    waiting: 0,
    isPaused: false,
    isRead: false,
    /** Logins that were heard to settle: what release 0.1.0's workers do not count in Redis. */
    heard: 0,
    drain: createDrainRate(),
    entries: new Map<string, CapacityEntry>(),
  }));

  async function read(index: number): Promise<void> {
    const [queue, shard] = [queues[index], shards[index]];
    if (queue === undefined || shard === undefined) return;
    const [{ wait = 0, prioritized = 0, delayed = 0 }, reading, isPaused] = await Promise.all([
      queue.getJobCounts('wait', 'prioritized', 'delayed'),
      capacity.read(index),
      queue.isPaused(),
    ]);
    if (isPaused !== shard.isPaused) onPaused(index, isPaused);
    shard.isPaused = isPaused;
    const isTold = reading.liveWorkers > 0;
    // Without a worker that tells, nothing of what is told is true any more, and a delayed job is just one that waits.
    shard.entries = new Map(isTold ? reading.entries.map((entry) => [entry.name, entry]) : []);
    const [heavy, light] = await Promise.all([
      countLogins(queue, 'prioritized', prioritized),
      countLogins(queue, 'wait', wait),
    ]);
    // A login that is delayed has a job of its own.
    shard.waiting = heavy + light + (isTold ? 0 : delayed);
    shard.drain.note({
      now: reading.now,
      ended: isTold ? reading.ended : shard.heard,
      waiting: shard.waiting,
    });
    onReading(index, reading);
    shard.isRead = true;
  }

  const timer = setInterval(() => {
    for (const index of queues.keys()) read(index).catch(onError);
  }, readEachMs);

  /** `waitMs` is 0 while there is no backlog worth the name. */
  function of(index: number): { waiting: number; perSecond: number; waitMs: number } {
    const shard = shards[index];
    if (shard === undefined) return { waiting: 0, perSecond: 1, waitMs: 0 };
    const { waiting } = shard;
    const perSecond = shard.drain.perSecond();
    return { waiting, perSecond, waitMs: waiting <= ordinary ? 0 : (waiting / perSecond) * 1_000 };
  }

  /** `line`: an account's name or a slice's. */
  function waitOf(line: string): Wait {
    const appid = accountOf(line);
    const index = shardOfAccount(appid, queues.length);
    const forWorkers = of(index);
    const pause = pauseOf(appid);
    const isPaused = shards[index]?.isPaused === true || pause !== undefined;
    const entry = shards[index]?.entries.get(line);
    const account = shards[index]?.entries.get(appid);
    const state = account?.state ?? 'open';
    const closedForMs = account?.closedForMs ?? 0;
    const waiting = entry?.waiting ?? 0;
    const perSecond = Math.min(entry?.perSecond ?? Number.POSITIVE_INFINITY, forWorkers.perSecond);
    const forAccountMs = closedForMs + (waiting / perSecond) * 1_000;
    return {
      line,
      state,
      closedForMs,
      waiting,
      perSecond,
      workersPerSecond: forWorkers.perSecond,
      waitMs: Math.max(forWorkers.waitMs, forAccountMs),
      isOfAccount: state !== 'open' || forAccountMs > forWorkers.waitMs,
      isPaused,
      reason: isPaused ? 'paused-by-operator' : holdReasonOf(state),
      ...(pause?.sentence && { sentence: pause.sentence }),
    };
  }

  return {
    readEachMs,
    of,
    waitOf,
    /** Of a login of this enterprise and client: in the narrowest slice that there is for it, or in its account's line. */
    waitOfLogin(login: { appid: string; entId: string; client: string }): Wait {
      const { appid } = login;
      const entries = shards[shardOfAccount(appid, queues.length)]?.entries;
      return waitOf(slicesOf(login).find((slice) => entries?.has(slice)) ?? appid);
    },
    /** Why logins of this account wait at the moment; undefined where nothing is the matter, or it is just busy. */
    whyWaits(appid: string): HoldReason | undefined {
      const { state } = waitOf(appid);
      // Whom a closed door finds under way goes on.
      const isStopped =
        shards[shardOfAccount(appid, queues.length)]?.isPaused === true || pauseOf(appid)?.level === 'calls';
      const reason = isStopped ? 'paused-by-operator' : holdReasonOf(state);
      return reason === 'busy' ? undefined : reason;
    },
    /** Accounts that take no calls, or in whose line logins stand. */
    standings: (): CapacityEntry[] =>
      shards.flatMap(({ entries }) => [...entries.values()].filter(({ name }) => accountOf(name) === name)),
    /** Logins that wait for a worker, in all. */
    waiting: (): number => shards.reduce((sum, { waiting }) => sum + waiting, 0),
    /** Every shard was read since this process began. */
    isKnown: (): boolean => shards.every(({ isRead }) => isRead),
    isPaused: (): boolean => shards.some(({ isPaused }) => isPaused),
    noteSettled(loginId: string): void {
      const shard = shards[shardOf(loginId)];
      if (shard !== undefined) shard.heard += 1;
    },
    close: () => clearInterval(timer),
  };
}
