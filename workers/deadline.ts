/** A code is not sent in its last seconds: it was minted a moment before its callback reached us, and a call takes time. */
export const leastUsefulMs = (codeLifetimeMs: number): number => codeLifetimeMs / 60;

/** How long a claim counts as alive: one call may last `timeoutMs`, and its end must still be written down. */
export const claimWindowMs = (timeoutMs: number): number => timeoutMs + 1_000;
