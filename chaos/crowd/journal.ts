/** What one simulated person did and saw; times are ms since the epoch. The referee judges by these. */
export type Journal = {
  /** Of the simulator's people. */
  readonly person: string;
  readonly entId: string;
  readonly role: Role;
  startedAt: number;
  /** How often the service asked to wait before a login even began, and how long its slowest such answer took. */
  holds: number;
  slowestHoldMs: number;
  rounds: Round[];
  /** Answers that led back to WeChat. */
  reauthorizations: Reauthorization[];
  /** The page found its login gone and began another. */
  heals: number[];
  /** Buttons the person had to tap. */
  taps: number;
  /** Connection errors and 503s along the way. */
  refusals: number;
  outcome: Outcome;
  endedAt: number;
  /** Which the host got for the ticket. */
  identity?: { openid: string; userId: string; created: boolean };
  /** Answers that a browser got about somebody else's login: each must be a 404 or a fresh start. */
  leaks: string[];
  /** Why it did not end as `ready`: what the service answered. */
  detail: string;
};

/**
 * `twice` sends its callback twice at once, `two-codes` brings two codes for one login, `twin` is the person before it
 * in a second browser, `watched` is spied on by a stranger, `injected` gets a stranger's code pushed into its login. `made-up`
 * is a stranger, who begins a login and brings a code that WeChat never gave.
 */
export type Role = 'plain' | 'twice' | 'two-codes' | 'twin' | 'watched' | 'injected' | 'made-up';

export type Round = {
  readonly login: string;
  /** One, or two for `two-codes`. */
  readonly codes: string[];
  /** The callback's first request. */
  readonly sentAt: number;
  /** Its 303: from here on the login is the service's responsibility. Absent: never taken. */
  acceptedAt?: number;
  /** When the person learned the end of this round. */
  endedAt?: number;
};

export type Reauthorization = { readonly login: string; readonly at: number; readonly byItself: boolean };

/** `lost`: no end in time. `refused`: turned away for good, before a code was taken. `stranger`: nobody's login. */
export type Outcome = 'ready' | 'failed' | 'lost' | 'refused' | 'underway' | 'stranger';

/** What a crowd is told to do. */
export type CrowdPlan = {
  readonly ingressUrls: readonly string[];
  readonly publicUrl: string;
  readonly enterprises: readonly { readonly entId: string; readonly apiKey: string }[];
  readonly logins: number;
  /** They begin evenly spread over this time. */
  readonly overMs: number;
  readonly seed: number;
  /** Shares of the roles, of 1; the rest is plain. */
  readonly roles: Partial<Record<Role, number>>;
  /** The first comes so late. */
  readonly afterMs?: number;
  /** Nobody waits longer than this for an end. */
  readonly patienceMs: number;
  /** Who has not been let in by then, counted from the crowd's beginning, goes home. */
  readonly doorsCloseMs?: number;
  /** First part of the people's names: `p` for p-0, p-1, … */
  readonly prefix: string;
  /** Which enterprise the n-th person wants: the first by default. */
  readonly entOf?: 'first' | 'second';
};

export type CrowdReport = {
  readonly journals: Journal[];
  /** How late the crowd's own event loop ran (99th percentile, ms): above 200 its times say little. */
  readonly lagMs: number;
  /** When that loop stood still: nobody of the crowd saw or did anything then. ms since the epoch. */
  readonly stalls: readonly { readonly from: number; readonly until: number }[];
};
