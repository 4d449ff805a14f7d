/** What the browser is told, in the words of GET /logins/{id}/status. */
export const loginStatuses = ['pending', 'ready', 'bind', 'reauthorize', 'snapshot', 'failed'] as const;
export type LoginStatus = (typeof loginStatuses)[number];

/** Why a login failed, in words a page may show. WeChat's own errmsg never leaves the worker. */
export const failureReasons = ['misconfigured', 'refused', 'unavailable', 'expired', 'internal'] as const;
export type FailureReason = (typeof failureReasons)[number];

export const scopes = ['snsapi_base', 'snsapi_userinfo'] as const;
export type Scope = (typeof scopes)[number];
