import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { RedisClock } from '#connections/redis-clock.ts';
import { isRedisRefusal } from '#connections/redis-refusal.ts';
import type { AccountCapacity } from '#models/account/capacity.ts';
import { type CapacityReading, workerNameOf } from '#models/account/reports.ts';
import { accountOf, isSlice } from '#models/account/slice.ts';
import type { AccountState } from '#models/account/state.ts';
import { shardOfAccount } from '#models/login/store.ts';
import { within } from '#operations/deadline.ts';
import type { AccountClosures } from '#workers/account/closed-accounts.ts';
import type { AccountGate } from '#workers/account/hold-back-calls.ts';
import type { JobLines } from '#workers/account/job-lines.ts';

const reportEachMs = 1_000;
/** An account counts as at work for so long after its last login. */
const activeForMs = 10 * 60_000;
/** Of each of the last two reports: Redis may be away while this process ends. */
const lastReportMs = 1_000;
/** A clock that is off by more than this is told, once. Nothing here depends on it, but logs and BullMQ's own delays do. */
const worthTellingMs = 5_000;

export type CapacityReport = Awaited<ReturnType<typeof startCapacityReport>>;

/**
 * This worker's sign of life, and what it saw of its accounts, told each second; in return it hears what the others saw. The
 * first report is made before this resolves: a worker that takes jobs is known. Where Redis takes no writes a later one tells:
 * no job can be taken until then.
 */
export async function startCapacityReport(deps: {
  capacity: Pick<AccountCapacity, 'report'>;
  shards: number;
  /** Of an account that WeChat does not slow down. */
  callsPerSecond: number;
  gate: Pick<AccountGate, 'takeSeen'>;
  closures: Pick<AccountClosures, 'hear'>;
  lines: Pick<JobLines, 'takeLeft' | 'putBack'>;
  clock: RedisClock;
  /** Accounts that are open again, perhaps because their operator has changed them. */
  onOpened: (appid: string) => void;
  log: Logger;
}) {
  const { capacity, shards, callsPerSecond, gate, closures, lines, clock, onOpened, log } = deps;
  const worker = workerNameOf(randomBytes(8).toString('hex'));
  const readings = new Map<number, CapacityReading>();
  const active = new LRUCache<string, true>({ max: 1_000, ttl: activeForMs, ttlAutopurge: false });
  const ended = new Map<number, number>();
  /** Of each shard at most one: while its Redis is away they would gather. */
  const underWay = new Map<number, Promise<void>>();
  const refused = new Set<number>();
  let isClockTold = false;

  async function report(shard: number): Promise<void> {
    const isOurs = (name: string) => shardOfAccount(accountOf(name), shards) === shard;
    const told = { ended: ended.get(shard) ?? 0, left: lines.takeLeft(isOurs) };
    ended.set(shard, 0);
    const accounts = gate.takeSeen(isOurs);
    for (const appid of accounts.keys()) active.set(appid, true);
    const reading = await capacity.report(shard, { worker, accounts, ...told }).catch((error: unknown) => {
      // Told next time: a job that was not seen to leave would stand in its line for minutes.
      ended.set(shard, (ended.get(shard) ?? 0) + told.ended);
      lines.putBack(told.left);
      if (isRedisRefusal(error)) refused.add(shard);
      throw error;
    });
    refused.delete(shard);
    readings.set(shard, reading);
    clock.hear(reading.now);
    for (const appid of closures.hear(reading, isOurs)) onOpened(appid);
  }

  const noteFailure = (shard: number) => (error: unknown) =>
    log.warn({ shard, err: error }, 'capacity not reported');

  async function reportFirst(shard: number): Promise<void> {
    try {
      await report(shard);
    } catch (error) {
      if (!isRedisRefusal(error)) throw error;
      noteFailure(shard)(error);
    }
  }

  /** Each shard by itself: a master that does not answer keeps nobody from being known in the others. */
  function reportInTurn(shard: number): void {
    if (underWay.has(shard)) return;
    const turn = report(shard)
      .catch(noteFailure(shard))
      .finally(() => underWay.delete(shard));
    underWay.set(shard, turn);
  }

  /** One that is under way does not know of the jobs that have left since: they would stand in their lines for minutes. */
  async function reportLast(shard: number): Promise<void> {
    await within(lastReportMs, Promise.resolve(underWay.get(shard)));
    await within(lastReportMs, report(shard));
  }

  function lookAtClock(): void {
    const aheadMs = Date.now() - clock.now();
    const isOff = Math.abs(aheadMs) > worthTellingMs;
    if (isOff && !isClockTold) log.warn({ aheadMs }, "this machine's clock is not Redis's");
    isClockTold = isOff;
  }

  const everyShard = Array.from({ length: shards }, (_, shard) => shard);
  await Promise.all(everyShard.map(reportFirst));
  const timer = setInterval(() => {
    lookAtClock();
    everyShard.forEach(reportInTurn);
  }, reportEachMs);

  return {
    /** A login of this shard has ended. */
    noteEnded(shard: number): void {
      ended.set(shard, (ended.get(shard) ?? 0) + 1);
    },
    /** Redis answers, but took not even the last report: nobody can take a job of this shard. */
    isRefused: (shard: number): boolean => refused.has(shard),
    /** Every account that is at work here, or that all workers together know not to be open. */
    states(): Map<string, AccountState> {
      const entries = [...readings.values()].flatMap((reading) => reading.entries);
      const accounts = entries.filter(({ name }) => !isSlice(name));
      const atWork = [...active.keys()].map((appid) => [appid, 'open'] as const);
      return new Map([...atWork, ...accounts.map(({ name, state }) => [name, state] as const)]);
    },
    /** Calls a second that each of {@link states} may make. */
    paces(): Map<string, number> {
      const entries = [...readings.values()].flatMap((reading) => reading.entries);
      const accounts = entries.filter(({ name }) => !isSlice(name));
      const atWork = [...active.keys()].map((appid) => [appid, callsPerSecond] as const);
      return new Map([...atWork, ...accounts.map(({ name, perSecond }) => [name, perSecond] as const)]);
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await Promise.all(everyShard.map((shard) => reportLast(shard).catch(noteFailure(shard))));
    },
  };
}
