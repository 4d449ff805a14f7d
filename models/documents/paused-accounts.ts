import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import {
  type LevelledPause,
  pauseOf,
  type ServiceAccountModel,
  type StoredPauses,
} from '#models/documents/service-account.ts';
import { within } from '#operations/deadline.ts';

/** A pause is in force everywhere within 5 s: this, and the time of the question. */
const asksEachMs = 2_000;
const answersWithinMs = 2_000;

/** The accounts that their operators have paused, by appid, as was heard last; a pause that has an end is over at it. */
export type PausedAccounts = {
  /** No login of this account begins. */
  readonly find: (appid: string) => LevelledPause | undefined;
  /** No call is made for it. */
  readonly takesNoCalls: (appid: string) => boolean;
  readonly list: () => ReadonlyMap<string, LevelledPause>;
};
type Found = StoredPauses & { readonly appid: string };

/**
 * Knows which accounts are paused by their operators, without asking at a login. While MongoDB is away what was known stays true:
 * no outage resumes an account, but for one whose pause has reached its end. `now`: ms of Redis's clock.
 */
export async function watchPausedAccounts(
  stack: AsyncDisposableStack,
  { accounts, now, log }: { accounts: ServiceAccountModel; now: () => number; log: Logger },
): Promise<PausedAccounts> {
  let stored: ReadonlyMap<string, StoredPauses> = new Map();
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
    stored = new Map(found.map((account) => [account.appid, account]));
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
  function find(appid: string): LevelledPause | undefined {
    const account = stored.get(appid);
    return account && pauseOf(account, now());
  }
  return {
    find,
    takesNoCalls: (appid) => find(appid)?.level === 'calls',
    list: () =>
      new Map(
        [...stored.keys()].flatMap((appid) => {
          const pause = find(appid);
          return pause === undefined ? [] : [[appid, pause] as const];
        }),
      ),
  };
}
