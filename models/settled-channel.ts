import type { FailureReason, LoginStatus } from '#models/login-status.ts';

/** Where workers tell every ingress which logins have their answer. */
export const settledChannel = (prefix: string): string => `${prefix}:settled`;

/**
 * Everything a waiting page needs, so that its ingress answers without reading the record again. `outcome` is sealed.
 * Made in login-moves/settle.lua.
 */
export type SettledLogin = {
  readonly id: string;
  readonly status: Exclude<LoginStatus, 'pending'>;
  readonly reason?: FailureReason;
  readonly outcome?: string;
};
