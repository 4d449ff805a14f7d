/** How an account stands with WeChat; all but `open` hold its calls back. */
export const accountStates = ['open', 'paused', 'exhausted', 'unreachable', 'misconfigured'] as const;
export type AccountState = (typeof accountStates)[number];

/** WeChat's errcode, or what is wrong on our side: nothing known of the account, or a key missing from SECRET_KEYS. */
export type AccountCause = number | 'unknown-account' | 'unsealable';
