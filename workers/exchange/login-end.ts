import type { Settlement } from '#models/login/ledger.ts';
import type { FailureReason, Scope } from '#models/login/status.ts';
import type { Identity } from '#models/login/ticket.ts';
import type { LoginTrouble } from '#models/login/trouble.ts';
import type { LastKnown } from '#workers/account/hold-back-calls.ts';

/** How a login ends, or one round of it. `scope`: of the next round; the one it had unless told. */
export type LoginEnd = Omit<Settlement, 'scope'> & {
  readonly scope?: Scope;
  readonly identity?: Identity;
  readonly trouble?: LoginTrouble;
};

export const failed = (reason: FailureReason, trouble?: LoginTrouble): LoginEnd => ({
  status: 'failed',
  reason,
  ...(trouble && { trouble }),
});

/** The code is gone through no fault of the person: another one of this login, or WeChat once more. */
export const lost: LoginEnd = { status: 'reauthorize', isLostRound: true, mayTryNextCode: true };

/** The same, and WeChat refused the code itself: made-up ones must not eat up the account's calls. */
export const refusedCode: LoginEnd = { ...lost, isRefusedCode: true };

/** The account's day is used up. No `reauthorize`: WeChat would give a new code, and not take that one either. */
export const turnedAway: LoginEnd = {
  ...failed('unavailable', { cause: 'day-used-up' }),
  mayTryNextCode: true,
};

export const misconfigured: LoginEnd = failed('misconfigured', { cause: 'account-misconfigured' });

/** The same of one that its operator has paused: nobody is sent to WeChat for another code meanwhile. */
export const pausedByOperator: LoginEnd = {
  ...failed('unavailable', { cause: 'paused-by-operator' }),
  mayTryNextCode: true,
};

/** Of a code that must not be sent (again): another one is worth fetching only where that one could be sent. */
export function endOfDead(verb: 'expired' | 'spent', standing: LastKnown): LoginEnd {
  if (standing === 'paused-by-operator') return pausedByOperator;
  if (typeof standing === 'object') return turnedAway;
  if (standing === 'misconfigured') return misconfigured;
  return { ...lost, trouble: { cause: `code-${verb}` } };
}
