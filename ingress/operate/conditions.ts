/** How much it matters: `page` wakes somebody up, `ticket` is for the day, `notice` stands on the page and is told to nobody. */
export const severities = ['page', 'ticket', 'notice'] as const;
export type Severity = (typeof severities)[number];

/**
 * What an operator is told of by itself. From this table come the incidents of `/operate`, the webhook and the rules for Prometheus
 * (operations/prometheus); each name is an anchor of docs/runbook.md. Windows are in counted minutes. What is not sure yet is a
 * notice: see find-troubles.ts.
 */
export const conditions = {
  /**
   * WeChat answers a call with this errcode, or not at all: from the first one on. One that is not answered, and comes right
   * when it is tried again, is a notice: only when people are turned away for it, or `sure` calls were not answered, and these
   * are `share` of all, it matters. It is over when calls come right for `calmMinutes` after the last one that did not, or when
   * nothing was called for `quietMinutes`.
   */
  'wechat-call-fails': {
    severity: 'page',
    windowMinutes: 15,
    quietMinutes: 5,
    calmMinutes: 0.5,
    least: 1,
    sure: 3,
    share: 0.01,
  },
  /** WeChat does not take codes, far more than repeated callbacks explain. */
  'codes-refused': { severity: 'ticket', windowMinutes: 5, quietMinutes: 5, least: 20, share: 0.2 },
  /** Codes died before a worker took them. */
  'codes-die': { severity: 'page', windowMinutes: 5, quietMinutes: 5, least: 10 },
  /**
   * People are sent to WeChat and none comes back: a wrong callback domain, or an account that is not verified. From fewer than
   * `networks` of 32 (models/counts/steps.ts) it may be one stranger, or somebody who tests: a notice. An office is one network, and so is
   * everybody behind a proxy that is not trusted: of `many`, or where `before` had come back earlier, it matters from any.
   */
  'nobody-comes-back': {
    severity: 'page',
    windowMinutes: 10,
    quietMinutes: 1,
    least: 20,
    networks: 8,
    many: 100,
    before: 5,
    afterMinutes: 2,
  },
  /** People are told to go on to the host, which does not take their tickets; whom it is to bind first is not among them. */
  'host-does-not-redeem': {
    severity: 'ticket',
    windowMinutes: 5,
    quietMinutes: 1,
    least: 20,
    share: 0.2,
    afterMinutes: 1,
  },
  /** Logins wait and no worker process lives. */
  'no-workers': { severity: 'page', windowMinutes: 0, quietMinutes: 0, least: 1 },
  /** The queue was paused on the dashboard. */
  'queue-paused': { severity: 'ticket', windowMinutes: 0, quietMinutes: 0, least: 1 },
  /** Logins fail by a bug of ours. */
  'login-bugs': { severity: 'ticket', windowMinutes: 15, quietMinutes: 5, least: 1 },
} as const;

export type ConditionName = keyof typeof conditions;
export const conditionNames = Object.keys(conditions) as ConditionName[];
