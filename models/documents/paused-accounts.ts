import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import {
  type LevelledPause,
  type Pause,
  pauseOf,
  type ServiceAccountModel,
} from '#models/documents/service-account.ts';
import { within } from '#operations/deadline.ts';

/** A pause is in force everywhere within 5 s: this, and the time of the question. */
const asksEachMs = 2_000;
const answersWithinMs = 2_000;

/** The accounts that their operators have paused, by appid, as was heard last. */
export type PausedAccounts = {
  /** No login of this account begins. */
  readonly find: (appid: string) => LevelledPause | undefined;
  /** No call is made for it. */
  readonly takesNoCalls: (appid: string) => boolean;
  readonly list: () => ReadonlyMap<string, LevelledPause>;
};
type Found = {
  readonly appid: string;
  readonly pausedByOperator?: Pause;
  readonly doorClosedByOperator?: Pause;
};

/**
 * Knows which accounts are paused by their operators, without asking at a login. While MongoDB is away what was known stays true:
 * no outage resumes an account.
 */
export async function watchPausedAccounts(
  stack: AsyncDisposableStack,
  { accounts, log }: { accounts: ServiceAccountModel; log: Logger },
): Promise<PausedAccounts> {
  let paused: ReadonlyMap<string, LevelledPause> = new Map();
  let isAway = false;

  async function ask(): Promise<void> {
    const ever = mongoose.trusted({ $gt: new Date(0) });
    const found = await accounts
      .find(
        { $or: [{ 'pausedByOperator.at': ever }, { 'doorClosedByOperator.at': ever }] },
        { appid: 1, pausedByOperator: 1, doorClosedByOperator: 1 },
      )
      .maxTimeMS(answersWithinMs)
      .lean<Found[]>();
    paused = new Map(
      found.flatMap((account) => {
        const pause = pauseOf(account);
        return pause === undefined ? [] : [[account.appid, pause] as const];
      }),
    );
  }

  async function askOrRemember(): Promise<void> {
    try {
      await within(answersWithinMs, ask());
      isAway = false;
    } catch (error) {
      if (!isAway && !ending.signal.aborted) log.warn({ err: error }, 'paused accounts not read');
      isAway = true;
    }
  }

  const ending = new AbortController();
  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      await sleep(asksEachMs, undefined, { signal: ending.signal, ref: false }).catch(() => {});
      if (!ending.signal.aborted) await askOrRemember();
    }
  }
  await askOrRemember();
  const watching = watch();
  stack.defer(async () => {
    ending.abort();
    await watching;
  });
  return {
    find: (appid) => paused.get(appid),
    takesNoCalls: (appid) => paused.get(appid)?.level === 'calls',
    list: () => paused,
  };
}
