import type { FailureReason, LoginStatus } from '#models/login/status.ts';

/** Where workers tell every ingress which logins have their answer. */
export const settledChannel = (prefix: string): string => `${prefix}:settled`;

/**
 * Everything a waiting page needs, so that its ingress answers without reading the record again. `outcome` is sealed.
 * Made in scripts/settle.lua, replace-ticket.lua and record-code.lua (there `pending`: the login changed hands).
 */
export type SettledLogin = {
  readonly id: string;
  readonly status: LoginStatus;
  /** Digest of the cookie of the browser whose login it is; a process of release 0.1.0 does not tell. */
  readonly browser?: string;
  readonly reason?: FailureReason;
  readonly outcome?: string;
};
