import { isRedisRefusal } from '#connections/redis-refusal.ts';
import type { AccountCapacity } from '#models/account/capacity.ts';
import type { CapacityReading } from '#models/account/reports.ts';
import type { AccountCause, AccountState } from '#models/account/state.ts';

export type ClosedState = Exclude<AccountState, 'open' | 'unreachable'>;
export type Closure = { readonly state: ClosedState; readonly forMs: number };
export type AccountClosures = ReturnType<typeof createAccountClosures>;

/** While another login tries the account: it may be open any moment. */
const longestUnheardMs = 1_000;

/**
 * The accounts that WeChat takes no calls of for now, as this process has heard: so that a closed account costs no command.
 * All workers share what is known (models/account/capacity.ts). `onChange` hears of a change in the one process that told it first.
 */
export function createAccountClosures(deps: {
  capacity: Pick<AccountCapacity, 'close' | 'open'>;
  onChange: (appid: string, state: AccountState, cause?: AccountCause) => void;
  now?: () => number;
}) {
  const { capacity, onChange, now = () => performance.now() } = deps;
  const closed = new Map<string, { state: ClosedState; until: number }>();

  function note(appid: string, state: AccountState, forMs: number): void {
    if (state !== 'open' && state !== 'unreachable') closed.set(appid, { state, until: now() + forMs });
  }

  return {
    /** Undefined: open, or worth asking for. */
    find(appid: string): Closure | undefined {
      const entry = closed.get(appid);
      const forMs = entry === undefined ? 0 : entry.until - now();
      return entry !== undefined && forMs > 0 ? { state: entry.state, forMs } : undefined;
    },

    /** How it was when that was last heard, also when its time is over and nobody has tried it since. */
    lastStateOf: (appid: string): ClosedState | undefined => closed.get(appid)?.state,

    /** What was answered to one that asked: not to be asked again at once. */
    noteFor: (appid: string, state: AccountState, forMs: number): void =>
      note(appid, state, Math.min(forMs, longestUnheardMs)),

    async close(appid: string, state: ClosedState, cause: AccountCause): Promise<void> {
      note(appid, state, longestUnheardMs);
      try {
        const { isNews, closedForMs } = await capacity.close(appid, state, cause);
        note(appid, state, closedForMs);
        if (isNews) onChange(appid, state, cause);
      } catch (error) {
        // The other workers find out by themselves; the login in hand must not fail for it.
        if (!isRedisRefusal(error)) throw error;
      }
    },

    /** WeChat answers again. Costs nothing where it was not known to be closed. */
    async open(appid: string): Promise<void> {
      if (!closed.delete(appid)) return;
      try {
        if (await capacity.open(appid)) onChange(appid, 'open');
      } catch (error) {
        // The login in hand has its answer, and must not fail for what is told of its account.
        if (!isRedisRefusal(error)) throw error;
      }
    },

    /** How the accounts of a shard stand, of which `isOurs` knows the names. Answers which had been closed and are open now. */
    hear({ entries }: Pick<CapacityReading, 'entries'>, isOurs: (appid: string) => boolean): string[] {
      const told = new Map(entries.map((entry) => [entry.name, entry]));
      for (const { name, state, closedForMs } of entries)
        if (!closed.has(name)) note(name, state, closedForMs);
      const opened = [...closed.keys()].filter(
        (appid) => isOurs(appid) && (told.get(appid)?.state ?? 'open') === 'open',
      );
      for (const appid of opened) closed.delete(appid);
      return opened;
    },
  };
}
