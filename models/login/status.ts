/**
 * How a round of a login may end. The scripts, the status answer, the page, the metrics and the dashboard take it from here.
 * `isGood`: the person is known, the browser gets a ticket, and nothing takes that back.
 */
export const loginEnds = {
  ready: { isGood: true },
  bind: { isGood: true },
  reauthorize: { isGood: false },
  snapshot: { isGood: false },
  failed: { isGood: false },
} as const satisfies Record<string, { isGood: boolean }>;
type Ends = typeof loginEnds;
export type LoginEndStatus = keyof Ends;
/** Those with a ticket. */
export type GoodEnd = { [S in LoginEndStatus]: Ends[S]['isGood'] extends true ? S : never }[LoginEndStatus];

export const endStatuses = Object.keys(loginEnds) as LoginEndStatus[];
export const isGoodEnd = (status: string): status is GoodEnd =>
  status in loginEnds && loginEnds[status as LoginEndStatus].isGood;

/** What the browser is told, in the words of GET /logins/{id}/status. */
export type LoginStatus = 'pending' | LoginEndStatus;

/** Why a login failed, in words a page may show. WeChat's own errmsg never leaves the worker. */
export const failureReasons = ['misconfigured', 'refused', 'unavailable', 'expired', 'internal'] as const;
export type FailureReason = (typeof failureReasons)[number];

export const scopes = ['snsapi_base', 'snsapi_userinfo'] as const;
export type Scope = (typeof scopes)[number];
