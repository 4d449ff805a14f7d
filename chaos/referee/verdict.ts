import type { Evidence } from './evidence.ts';
import type { Explanation } from './explain.ts';

/** What the referee counted. */
export type Counts = {
  logins: number;
  ready: number;
  /** Turned away before a code was taken. */
  refused: number;
  /** A code was taken, and no end came of it. */
  lost: number;
  failed: number;
  /** Two bindings for one openid, two user ids for one, or one made twice. */
  duplicated: number;
  /** Somebody got, or was told of, what is another's. */
  mixedUp: number;
  reauthorized: number;
  explained: Record<NonNullable<Explanation>, number>;
  taps: number;
  heals: number;
  /** Logins the service asked to wait before they began. */
  held: number;
  exchanges: number;
  /** Of any one code; refusals by quota count apart. */
  callsPerCode: number;
  quotaRefusals: number;
  /** Second calls without an unknown outcome before them. */
  blindCalls: number;
  deadCodes: number;
  /** Calls under way at the moment a worker was struck. */
  inFlight: number;
  doubleJobs: number;
  /** Codes that died before they were sent. */
  expired: number;
};

export type Times = {
  /** From the callback to the end, ms. */
  p50: number;
  p99: number;
  longest: number;
  /** When the slowest one's callback was sent; ms since the epoch. */
  slowestSince: number;
  /** The first callback; ms since the epoch. */
  begunAt: number;
  /** From the first callback to the last end. */
  drainMs: number;
  readyPerSecond: number;
  /** The same without the first and the last tenth of the people: what the service does when it has enough to do. */
  steadyPerSecond: number;
  /** From the end of the longest fault until people are ready at 90 % of the rate before it; undefined when there was nothing left to do. */
  recoveryMs: number | undefined;
};

export type Verdict = {
  counts: Counts;
  times: Times;
  /** Broken rules and bounds; empty is green. */
  reds: string[];
  /** Bounds of time that were passed while the crowd itself stood still, and why they say nothing. */
  notJudged: string[];
  /** People who were authorised again and nothing but the service is to blame. */
  unexplained: string[];
};

/** What a scenario allows beyond the rules, which allow nothing. */
export type Bounds = {
  readonly failed?: number;
  readonly refused?: number;
  readonly heals?: number;
  readonly taps?: number;
  /** Authorised again without a fault that explains it. */
  readonly unexplained?: number;
  readonly reauthorized?: number;
  readonly exchanges?: number;
  readonly recoveryMs?: number;
  /** Of the slowest login. */
  readonly readyWithinMs?: number;
  /** Beyond what the same people took without a fault; for scenarios with a calm run before them. */
  readonly drainBeyondCalmMs?: number;
  /** What else must hold: each answers with a fault, or nothing. */
  readonly also?: (verdict: Pick<Verdict, 'counts' | 'times'>, evidence: Evidence) => string | undefined;
};
