import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import type { Pause, ServiceAccountModel } from '#models/documents/service-account.ts';
import { within } from '#operations/deadline.ts';

/** A pause is in force everywhere within 5 s: this, and the time of the question. */
const asksEachMs = 2_000;
const answersWithinMs = 2_000;

/** The accounts that their operators have paused, by appid, as was heard last. */
export type PausedAccounts = {
  readonly has: (appid: string) => boolean;
  readonly list: () => ReadonlyMap<string, Pause>;
};

/**
 * Knows which accounts are paused by their operators, without asking at a login. While MongoDB is away what was known stays true:
 * no outage resumes an account.
 */
export async function watchPausedAccounts(
  stack: AsyncDisposableStack,
  { accounts, log }: { accounts: ServiceAccountModel; log: Logger },
): Promise<PausedAccounts> {
  let paused: ReadonlyMap<string, Pause> = new Map();
  let isAway = false;

  async function ask(): Promise<void> {
    const found = await accounts
      .find(
        { 'pausedByOperator.at': mongoose.trusted({ $gt: new Date(0) }) },
        { appid: 1, pausedByOperator: 1 },
      )
      .maxTimeMS(answersWithinMs)
      .lean<{ appid: string; pausedByOperator: Pause }[]>();
    paused = new Map(found.map(({ appid, pausedByOperator }) => [appid, pausedByOperator]));
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
  return { has: (appid) => paused.has(appid), list: () => paused };
}
