import { type AccountCircuit, createAccountCircuit } from '#workers/account-circuit.ts';
import { AccountPaused } from '#workers/account-paused.ts';
import type { CallBudget } from '#workers/call-budget.ts';
import type { CallPace } from '#workers/call-pace.ts';

export type AccountState = 'open' | 'paused' | 'exhausted' | 'misconfigured' | 'unreachable';
/** What a login finds at the gate. `exhaustedForMs`: the day's quota is used up, and is asked for again after that time. */
export type Standing = 'open' | 'misconfigured' | { readonly exhaustedForMs: number };
/** WeChat's errcode, or what is wrong on our side: nothing known of the account, or a key missing from SECRET_KEYS. */
export type Cause = number | 'unknown-account' | 'unsealable';
type ClosedState = Exclude<AccountState, 'open' | 'unreachable'>;
export type AccountGate = ReturnType<typeof createAccountGate>;

/** After this long one login tries a misconfigured account again, so that a corrected secret needs no restart. */
const misconfiguredForMs = 4_000;

/**
 * What this process knows of each account's standing with WeChat: the one place where a call is held back before it
 * costs a code. `onChange` hears of a change once, not once for each login.
 */
export function createAccountGate(deps: {
  budget: CallBudget;
  pace: CallPace;
  now?: () => number;
  onChange?: (appid: string, state: AccountState, cause?: Cause) => void;
}) {
  const { budget, pace, now = Date.now, onChange = () => {} } = deps;
  const closed = new Map<string, { state: ClosedState; until: number }>();
  const circuits = new Map<string, AccountCircuit>();

  function circuitOf(appid: string): AccountCircuit {
    const known = circuits.get(appid);
    if (known !== undefined) return known;
    const circuit = createAccountCircuit(
      (state) => onChange(appid, state === 'open' ? 'unreachable' : 'open'),
      now,
    );
    circuits.set(appid, circuit);
    return circuit;
  }

  function close(appid: string, state: ClosedState, forMs: number, cause: Cause) {
    const isNews = closed.get(appid)?.state !== state;
    closed.set(appid, { state, until: now() + forMs });
    if (isNews) onChange(appid, state, cause);
  }

  return {
    /** Accounts that WeChat refuses for a fault only the operator can mend. */
    get misconfiguredCount(): number {
      return [...closed.values()].filter(({ state }) => state === 'misconfigured').length;
    },

    /**
     * Passed before a code is claimed: waits for the account's budget. Throws {@link AccountPaused} when the call must be
     * made later. A login that may find no later call is told the account's standing, for it to find its own end.
     */
    async enter(appid: string): Promise<Standing> {
      const entry = closed.get(appid);
      const closedForMs = entry === undefined ? 0 : entry.until - now();
      if (entry !== undefined && closedForMs > 0) {
        if (entry.state === 'misconfigured') return 'misconfigured';
        if (entry.state === 'exhausted') return { exhaustedForMs: closedForMs };
        throw new AccountPaused(closedForMs);
      }
      circuitOf(appid).check();
      await budget.take(appid);
      return 'open';
    },

    /** Makes the exchange and learns from its end. `isSecond`: the code was sent before. */
    async exchange<T>(appid: string, isSecond: boolean, call: () => Promise<T>): Promise<T> {
      const circuit = circuitOf(appid);
      if (isSecond) circuit.checkRetry();
      const result = await circuit.run(call);
      if (closed.delete(appid)) onChange(appid, 'open');
      return result;
    },

    /**
     * WeChat's quota is used up: the minute's (`paused`) until the next one begins; the day's (`exhausted`) is asked for
     * again each minute, since the operator may have it raised.
     */
    async outOfQuota(appid: string, state: 'paused' | 'exhausted', errcode: number): Promise<void> {
      close(appid, state, 60_000 - (now() % 60_000), errcode);
      await pace.slowDown(appid);
    },

    /** The profile's minute is used up. Nobody is held back for that: a login goes on without, and the next ones come slower. */
    slowDown: (appid: string): Promise<void> => pace.slowDown(appid),

    misconfigured(appid: string, cause: Cause): void {
      close(appid, 'misconfigured', misconfiguredForMs, cause);
    },
  };
}
