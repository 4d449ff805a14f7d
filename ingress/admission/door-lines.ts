import type { Backlog, Wait } from '#ingress/admission/backlog.ts';
import { accountOf } from '#models/account/slice.ts';
import type { AccountState } from '#models/account/state.ts';
import type { LineState, WaitingLine } from '#models/login/waiting-line.ts';

/** Where the backlog is steered to while people are held: long enough never to run dry, far from a code's five minutes. */
const steerToMs = 12_000;
/** Part of the missing backlog that is called in at each reading; people take seconds to come back from WeChat. */
const gain = 0.15;
/**
 * While an account takes no calls, one person at a time is let in: his login finds out when it does again. It is one of those
 * who are there; a number that is called may be that of somebody who left long ago.
 */
const triesEachMs = 3_000;
/** A line that nobody stands in is forgotten. */
const keptForMs = 60_000;

export type DoorLines = ReturnType<typeof createDoorLines>;

/** Nobody's login can be served: only who tries whether that is over is let in. */
export const isShut = (state: AccountState): boolean => state === 'unreachable' || state === 'exhausted';

/**
 * The lines before the door, one for each account, shared by every ingress: people are called in their order, at the rate at
 * which their account's logins end.
 */
export function createDoorLines(deps: {
  backlog: Pick<Backlog, 'readEachMs' | 'waitOf'>;
  line: WaitingLine;
  /** Nobody is called while nobody is there to work. */
  isNobodyThere: () => boolean;
  onError: (error: unknown) => void;
}) {
  const { backlog, line, isNobodyThere, onError } = deps;
  const lines = new Map<string, LineState & { seenAt: number }>();
  const triedAt = new Map<string, number>();

  /** `sharers`: lines that people stand in. What the workers can do is for all of them. */
  function countToCall(wait: Wait, sharers: number): number {
    const { state, waitMs, perSecond, workersPerSecond, isPaused } = wait;
    if (isPaused || isNobodyThere() || isShut(state)) return 0;
    const missingMs = Math.max(steerToMs - waitMs, 0);
    return Math.ceil((missingMs / 1_000) * Math.min(perSecond, workersPerSecond / sharers) * gain);
  }

  async function callNext(name: string, sharers: number): Promise<void> {
    const wait = backlog.waitOf(name);
    const state = await line.advance(name, countToCall(wait, sharers), backlog.readEachMs * 0.9);
    lines.set(name, { ...state, seenAt: lines.get(name)?.seenAt ?? 0 });
  }

  async function learn(name: string, ask: (name: string) => Promise<LineState>): Promise<LineState> {
    const state = await ask(name);
    lines.set(name, { ...state, seenAt: performance.now() });
    return state;
  }

  const timer = setInterval(() => {
    const standing = [...lines.values()].filter(({ issued, called }) => issued > called).length;
    for (const [name, { issued, called, seenAt }] of lines) {
      const isOver = issued <= called && performance.now() - seenAt > keptForMs;
      if (isOver) {
        lines.delete(name);
        triedAt.delete(name);
      } else callNext(name, Math.max(standing, 1)).catch(onError);
    }
  }, backlog.readEachMs);

  return {
    /** Reads this line from now on, as others may stand in it at another ingress. */
    watch(name: string): LineState {
      const known = lines.get(name) ?? { issued: 0, called: 0 };
      lines.set(name, { ...known, seenAt: performance.now() });
      return known;
    },
    /** What is known of it, which may be nothing. */
    peek: (name: string): LineState => lines.get(name) ?? { issued: 0, called: 0 },
    /** Takes a number: `issued` of the answer. */
    join: (name: string) => learn(name, line.join),
    /** The line as it is this moment. */
    look: (name: string) => learn(name, line.look),
    /** Whether this person, who is there now, may find out if an account that takes no calls does so again. */
    async mayTry(wait: Pick<Wait, 'line' | 'waiting'>): Promise<boolean> {
      const { line: name, waiting } = wait;
      const sinceMs = performance.now() - (triedAt.get(name) ?? Number.NEGATIVE_INFINITY);
      if (waiting > 0 || isNobodyThere() || sinceMs < triesEachMs) return false;
      triedAt.set(name, performance.now());
      return line.mayTry(name, triesEachMs);
    },
    /** People who took a number and were not called yet, at the lines that are known here. */
    standing: (): number =>
      [...lines.values()].reduce((sum, { issued, called }) => sum + Math.max(0, issued - called), 0),
    /** Those of one account. */
    standingAt: (appid: string): number =>
      [...lines].reduce(
        (sum, [name, { issued, called }]) =>
          accountOf(name) === appid ? sum + Math.max(0, issued - called) : sum,
        0,
      ),
    /** The same people of all, and how long the last of the longest line waits, ms. */
    held(): { readonly people: number; readonly longestMs: number } {
      let [people, longestMs] = [0, 0];
      for (const [name, { issued, called }] of lines) {
        const standing = Math.max(0, issued - called);
        if (standing === 0) continue;
        const { perSecond, waitMs } = backlog.waitOf(name);
        people += standing;
        longestMs = Math.max(longestMs, (standing / perSecond) * 1_000 + waitMs);
      }
      return { people, longestMs };
    },
    close: () => clearInterval(timer),
  };
}
