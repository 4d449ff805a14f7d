import type { RedisClient } from '#connections/redis-client.ts';
import { capacityPlace, defineScripts } from '#models/account/define-scripts.ts';
import { createCapacityReports } from '#models/account/reports.ts';
import { accountOf, fullRateOf, isSlice, isSliceOfClient } from '#models/account/slice.ts';
import type { AccountCause, AccountState } from '#models/account/state.ts';
import { shardOfAccount } from '#models/login/store.ts';

/** An account's calls are never slowed below this, or below the configured rate where that is less. */
const slowestPerSecond = 5;
/** Where the configured rate is lower still, so many calls may come at once: other enterprises need room for theirs. */
const leastBudget = 5;
/** Longer than a login lives. A job that stands in line for longer is lost. Strangers with made-up codes may wait that long: they are many, and each return costs a move. */
const longestInLineMs = 10 * 60_000;
/** By then the account's rate may have doubled, and the place in line is another. */
const longestDelayMs = 60_000;
/** A made-up flood is forgotten that long after its end: honest people who stood behind it must not sleep on. */
const longestInSliceMs = 15_000;

export type Taken =
  | { readonly verb: 'go' | 'probe'; readonly calls: number }
  | { readonly verb: 'wait'; readonly ms: number }
  | { readonly verb: 'closed'; readonly ms: number; readonly state: AccountState; readonly cause: string };

export type AccountCapacity = ReturnType<typeof createAccountCapacity>;

/**
 * What each service account can take at the moment, for all processes together: its state, its pace, its line. Written by
 * the workers, read by every ingress. All of it is judged by Redis's clock; `clockOffsetMs` shifts it in tests.
 */
export function createAccountCapacity(options: {
  redis: RedisClient;
  prefix: string;
  shards: number;
  /** Calls of an account, by all workers together, that the operator allows. */
  callsPerSecond: number;
  clockOffsetMs?: () => number;
}) {
  const { redis, prefix, shards, callsPerSecond, clockOffsetMs = () => 0 } = options;
  const scripts = defineScripts(redis);

  function keysOf(name: string) {
    const place = capacityPlace(prefix, shardOfAccount(accountOf(name), shards));
    const [entry, line, ends] = ['of', 'line', 'ends'].map((kind) => `${place}${kind}:${name}`);
    return { entry: `${entry}`, line: `${line}`, ends: `${ends}`, noted: `${place}noted` };
  }

  async function close(name: string, state: AccountState | '', cause: AccountCause | '') {
    const { entry, noted } = keysOf(name);
    const given = { offset: clockOffsetMs(), name, fullRate: callsPerSecond, state, cause };
    const reply = await scripts.close({ entry, noted }, { ...given, slowestRate: slowestPerSecond });
    return reply as { isNews: 0 | 1; closedForMs: number };
  }

  return {
    ...createCapacityReports({ scripts, prefix, callsPerSecond, clockOffsetMs }),

    /**
     * Takes some calls of an account's or a slice's budget. Of a closed one, whose time is over, one login is let through to
     * try it (`probe`), for `triesForMs` at most. `leaves`: the part of the budget (0 to 1) that stays for
     * others. `isFirstToTry`: may try a paused account before its time. `isSecond`: the code was sent before.
     */
    async take(
      name: string,
      wish: {
        triesForMs: number;
        leaves?: number;
        isFirstToTry?: boolean;
        isSecond?: boolean;
      },
    ): Promise<Taken> {
      const { triesForMs, leaves = 0, isFirstToTry = false, isSecond = false } = wish;
      const { entry } = keysOf(name);
      const reply = await scripts.take(
        { entry },
        {
          offset: clockOffsetMs(),
          fullRate: fullRateOf(name, callsPerSecond),
          leaves,
          leastSize: leastBudget,
          triesForMs,
          mayTryFirst: isFirstToTry ? 1 : 0,
          isSecond: isSecond ? 1 : 0,
        },
      );
      const { verb, number, state, cause } = reply as {
        verb: Taken['verb'];
        number: number;
        state: AccountState;
        cause: string;
      };
      if (verb === 'wait') return { verb, ms: number };
      return verb === 'closed' ? { verb, ms: number, state, cause } : { verb, calls: number };
    },

    /**
     * WeChat takes no calls of this account for now. A quota that is used up halves its rate, too. `isNews`: no process had
     * told it before.
     */
    async close(
      appid: string,
      state: Exclude<AccountState, 'open' | 'unreachable'>,
      cause: AccountCause,
    ): Promise<{ isNews: boolean; closedForMs: number }> {
      const { isNews, closedForMs } = await close(appid, state, cause);
      return { isNews: isNews === 1, closedForMs };
    },

    /** Halves the account's rate, at most once in five seconds. */
    async slowDown(appid: string): Promise<void> {
      await close(appid, '', '');
    },

    /** Answers whether it was closed; with a `state`, only that one ends. */
    async open(appid: string, state: AccountState | '' = ''): Promise<boolean> {
      const { entry } = keysOf(appid);
      return (await scripts.open({ entry }, { offset: clockOffsetMs(), state })) === 1;
    },

    /** The account is no more. */
    async forget(appid: string): Promise<void> {
      await redis.del(keysOf(appid).entry);
    },

    /** Puts a job into the line of an account or a slice; answers after how many ms it should come back. */
    async lineUp(name: string, job: { id: string; entId: string; leastDelayMs: number }): Promise<number> {
      const { entry, line, ends, noted } = keysOf(name);
      const { id, entId, leastDelayMs } = job;
      const longestMs = isSliceOfClient(name)
        ? longestInLineMs
        : isSlice(name)
          ? longestInSliceMs
          : longestDelayMs;
      const given = {
        offset: clockOffsetMs(),
        name,
        fullRate: fullRateOf(name, callsPerSecond),
        job: id,
        entId,
        leastDelayMs,
        longestDelayMs: longestMs,
        keptMs: longestInLineMs,
      };
      return (await scripts['line-up']({ entry, line, ends, noted }, given)) as number;
    },
  };
}
