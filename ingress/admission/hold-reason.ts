import type { AccountState } from '#models/account/state.ts';

/** Why a person waits: before a code exists, or with one. */
export const holdReasons = [
  'busy',
  'wechat-unreachable',
  'minute-used-up',
  'day-used-up',
  'no-workers',
  'paused-by-operator',
] as const;
export type HoldReason = (typeof holdReasons)[number];

const reasons: Partial<Record<AccountState, HoldReason>> = {
  paused: 'minute-used-up',
  exhausted: 'day-used-up',
  unreachable: 'wechat-unreachable',
};

/** A misconfigured account holds nobody: its logins fail at once and say why, and one of them finds out when it is mended. */
export const holdReasonOf = (state: AccountState): HoldReason => reasons[state] ?? 'busy';
