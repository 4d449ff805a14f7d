/** A code is not sent in its last seconds: it was minted a moment before its callback reached us, and a call takes time. */
export const leastUsefulMs = (codeLifetimeMs: number): number => codeLifetimeMs / 60;

/** Of an account that is not known yet (models/documents/directory.ts), and of its budget (call-budget.ts). */
const beforeTheCallMs = 1_300;
/** Of what the call brought: it is written to a Redis that may be slow. */
const afterTheCallMs = 1_200;

/** How long a claim counts as alive: the call may last `timeoutMs`, and more is done between the claim and its end. */
export const claimWindowMs = (timeoutMs: number): number => beforeTheCallMs + timeoutMs + afterTheCallMs;
