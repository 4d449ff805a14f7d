import type { AccountCause, AccountState } from '#models/account/state.ts';
import { isRefusedCode, remedyOf, WeChatError } from '#wechat/api/errors.ts';
import type { CallBudget, CallWish } from '#workers/account/budget.ts';
import { type AccountCircuit, createAccountCircuit } from '#workers/account/circuit.ts';
import type { AccountClosures } from '#workers/account/closed-accounts.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import type { AccountShares, Caller } from '#workers/account/shares.ts';

/** What a login finds at the gate. `exhaustedForMs`: the day's quota is used up, and is asked for again after that time. */
export type Standing = 'open' | 'misconfigured' | { readonly exhaustedForMs: number };
/** And of one whose operator has paused it. */
export type LastKnown = Standing | 'paused-by-operator';
export type AccountGate = ReturnType<typeof createAccountGate>;

/** The part of an account's budget that an enterprise above its share leaves to the others. */
const leftToOthers = 0.2;
/** Nobody knows when an operator resumes an account: a job asks again so often, and then stands in its account's line. */
const askOperatorEachMs = 3_000;

/**
 * The one place where a call is held back before it costs a code: while its account is closed, while WeChat does not answer,
 * or until the account's budget, and its enterprise's share of it, has room.
 */
export function createAccountGate(deps: {
  closures: AccountClosures;
  budget: CallBudget;
  shares: AccountShares;
  slowDown: (appid: string) => Promise<void>;
  isPausedByOperator?: (appid: string) => boolean;
  /** Of an account whose fault only its operator can mend: who may be doing so this moment. */
  onMisconfigured?: (appid: string) => void;
  onChange?: (appid: string, state: AccountState, cause?: AccountCause) => void;
  /** Hears of what went wrong when an answer was learnt from. */
  onFault?: (error: unknown) => void;
}) {
  const { closures, budget, shares, isPausedByOperator = () => false } = deps;
  const { onChange = () => {}, onFault = () => {} } = deps;
  const circuits = new Map<string, AccountCircuit>();
  const answers = new Map<string, number>();

  function circuitOf(appid: string): AccountCircuit {
    const known = circuits.get(appid);
    if (known !== undefined) return known;
    const circuit = createAccountCircuit((state) =>
      onChange(appid, state === 'open' ? 'unreachable' : 'open'),
    );
    circuits.set(appid, circuit);
    return circuit;
  }

  /** Of those who bring made-up codes: their own small part of the account. */
  function sliceOf(caller: Caller): CallWish | undefined {
    const name = shares.sliceOf(caller);
    return name === undefined ? undefined : { name };
  }

  /** WeChat answered a call: what that tells of its account, and of who made it. */
  async function learn(caller: Caller, isSecond: boolean, error?: unknown): Promise<void> {
    if (error !== undefined && !(error instanceof WeChatError)) return;
    const remedy = error && remedyOf(error);
    if (remedy === 'retry' || remedy === 'pause' || remedy === 'exhausted') return;
    const { appid } = caller;
    answers.set(appid, (answers.get(appid) ?? 0) + 1);
    // A code that was sent before may have been used up by that call, which is nobody's fault.
    const isMadeUp = !isSecond && error !== undefined && isRefusedCode(error);
    shares.noteAnswer(caller, { isRefusedCode: isMadeUp });
    if (remedy !== 'misconfigured') await closures.open(appid);
  }

  return {
    /** What this process knows without asking, before a code is claimed. Throws {@link HeldBackError} while none may be sent. */
    look(caller: Caller): Standing {
      const { appid } = caller;
      if (isPausedByOperator(appid)) throw new HeldBackError(askOperatorEachMs);
      shares.noteTry(caller);
      const closure = closures.find(appid);
      const mayTry = closure?.state === 'paused' && shares.isGuest(caller);
      if (closure !== undefined && !mayTry) return standingOf(closure.state, closure.forMs);
      circuitOf(appid).check();
      return 'open';
    },

    /**
     * For a code that is past its use: how a new one would fare. It costs nothing and never throws. A minute's quota, or a
     * WeChat that does not answer, is likely to be over by then; what lasts until its operator or the next day mends it is not.
     */
    lastKnown({ appid }: Pick<Caller, 'appid'>): LastKnown {
      if (isPausedByOperator(appid)) return 'paused-by-operator';
      const state = closures.lastStateOf(appid);
      if (state === 'exhausted') return { exhaustedForMs: closures.find(appid)?.forMs ?? 0 };
      return state === 'misconfigured' ? state : 'open';
    },

    /**
     * Pays for one call, just before it is made. Throws {@link HeldBackError} when it must be made later. `isSecond`: the code
     * was sent before.
     */
    async enter(caller: Caller, isSecond = false): Promise<Standing> {
      const { appid } = caller;
      if (isPausedByOperator(appid)) throw new HeldBackError(askOperatorEachMs);
      // Before it is paid: a probe of an account that is paid for and not made holds all others back.
      if (isSecond) circuitOf(appid).checkRetry();
      const slice = sliceOf(caller);
      if (slice !== undefined) await budget.take(slice);
      const isHeavy = slice !== undefined || shares.isHeavy(caller);
      const wish = {
        name: appid,
        leaves: isHeavy ? leftToOthers : 0,
        isFirstToTry: !isHeavy && !isSecond && shares.isGuest(caller),
        isSecond,
      };
      const giveSliceBack = () => slice !== undefined && budget.giveBack(slice);
      const answer = await budget.take(wish).catch((paused: unknown) => {
        giveSliceBack();
        throw paused;
      });
      if (answer === 'go') return 'open';
      // So that its success is told to all.
      if (answer === 'probe') closures.noteFor(appid, 'paused', 0);
      if (answer === 'probe') return 'open';
      giveSliceBack();
      closures.noteFor(appid, answer.state, answer.ms);
      return standingOf(answer.state, answer.ms);
    },

    /**
     * Makes the exchange and learns from its end: whatever fails in that, the call's own end is what is answered or thrown, since
     * its code is spent. `isSecond`: the code was sent before.
     */
    async exchange<T>(caller: Caller, isSecond: boolean, call: () => Promise<T>): Promise<T> {
      const circuit = circuitOf(caller.appid);
      if (isSecond) circuit.noteRetry();
      let result: T;
      try {
        result = await circuit.run(call);
      } catch (error) {
        await learn(caller, isSecond, error).catch(onFault);
        throw error;
      }
      // A code that WeChat takes is no made-up one, and costs its enterprise nothing.
      const slice = sliceOf(caller);
      if (slice !== undefined) budget.giveBack(slice);
      await learn(caller, isSecond).catch(onFault);
      return result;
    },

    /** WeChat's quota is used up: the minute's (`paused`) or the day's (`exhausted`). */
    outOfQuota: (appid: string, state: 'paused' | 'exhausted', errcode: number): Promise<void> =>
      closures.close(appid, state, errcode),

    /** The profile's minute is used up. Nobody is held back for that: a login goes on without, and the next ones come slower. */
    async slowDown(appid: string): Promise<void> {
      await deps.slowDown(appid).catch(onFault);
    },

    misconfigured(appid: string, cause: AccountCause): Promise<void> {
      deps.onMisconfigured?.(appid);
      return closures.close(appid, 'misconfigured', cause);
    },

    /**
     * For the report, of the accounts that `isOurs` knows: how many calls WeChat answered since this was last asked, and where
     * it does not answer at all.
     */
    takeSeen(isOurs: (appid: string) => boolean): Map<string, { answered: number; isDown: boolean }> {
      const seen = new Map<string, { answered: number; isDown: boolean }>();
      for (const [appid, answered] of answers)
        if (isOurs(appid)) seen.set(appid, { answered, isDown: false });
      for (const [appid, circuit] of circuits) {
        if (isOurs(appid) && circuit.isDown())
          seen.set(appid, { answered: answers.get(appid) ?? 0, isDown: true });
      }
      for (const appid of seen.keys()) answers.delete(appid);
      return seen;
    },
  };
}

function standingOf(state: AccountState, forMs: number): Standing {
  if (state === 'misconfigured') return 'misconfigured';
  if (state === 'exhausted') return { exhaustedForMs: forMs };
  throw new HeldBackError(forMs);
}
