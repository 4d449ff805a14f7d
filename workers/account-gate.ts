/** Calls for this account must wait; `resumeInMs` tells how long. */
export class AccountPaused extends Error {
  override readonly name = 'AccountPaused';
  readonly resumeInMs: number;
  constructor(resumeInMs: number) {
    super(`calls for this account are paused for ${resumeInMs} ms`);
    this.resumeInMs = resumeInMs;
  }
}

export type GateState = 'open' | 'paused' | 'misconfigured';
export type AccountGate = ReturnType<typeof createAccountGate>;

/** After this long one login tries a misconfigured account again, so that a corrected secret needs no restart. */
const misconfiguredForMs = 5_000;

/**
 * What this process knows of each account's standing with WeChat. Every call passes `check` first and is reported back:
 * the one place where a call can be held back before it costs anything.
 */
export function createAccountGate(deps: {
  now?: () => number;
  onChange?: (appid: string, state: GateState, errcode?: number) => void;
}) {
  const { now = Date.now, onChange = () => {} } = deps;
  const closed = new Map<string, { state: Exclude<GateState, 'open'>; until: number }>();

  function close(appid: string, state: Exclude<GateState, 'open'>, forMs: number, errcode: number) {
    // Told once for each change of state, not once for each login.
    const isNews = closed.get(appid)?.state !== state;
    closed.set(appid, { state, until: now() + forMs });
    if (isNews) onChange(appid, state, errcode);
  }

  return {
    /** Accounts that WeChat refuses for a fault of ours. */
    get misconfiguredCount(): number {
      return [...closed.values()].filter(({ state }) => state === 'misconfigured').length;
    },
    /** Throws {@link AccountPaused}; answers 'misconfigured' when the login cannot succeed. */
    check(appid: string): 'open' | 'misconfigured' {
      const entry = closed.get(appid);
      if (entry === undefined || entry.until <= now()) return 'open';
      if (entry.state === 'paused') throw new AccountPaused(entry.until - now());
      return 'misconfigured';
    },
    succeeded(appid: string): void {
      if (closed.delete(appid)) onChange(appid, 'open');
    },
    /** WeChat's quota is used up: the minute's until the next minute begins; the day's is asked for again each minute. */
    exhausted(appid: string, errcode: number): void {
      close(appid, 'paused', 60_000 - (now() % 60_000), errcode);
    },
    misconfigured(appid: string, errcode: number): void {
      close(appid, 'misconfigured', misconfiguredForMs, errcode);
    },
  };
}
