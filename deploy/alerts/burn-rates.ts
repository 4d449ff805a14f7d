/**
 * The promise to people: 99.5 % of logins have their answer within 5 s. Those that a person or WeChat's word on the person
 * ended do not count, nor do rounds that asked for another code. Rounds by window, for Prometheus to reckon beforehand.
 */
export const promisedShare = 0.995;
export const allowedShare = Number((1 - promisedShare).toFixed(6));

/** prom-client writes `le="5"`, Prometheus 3 keeps `le="5.0"`. */
const good = 'wechat_login_duration_seconds_bucket{outcome=~"ready|bind|snapshot",le=~"5(\\\\.0)?"}';
const all = 'wechat_logins_total{outcome!="reauthorize",reason!="refused"}';
const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
type Window = (typeof windows)[number];

const recorded = (window: Window) => `wechat:logins_bad:ratio_rate${window}`;

export const burnRateRules = windows.map((window) => ({
  record: recorded(window),
  expr: `1 - (sum(rate(${good}[${window}])) or vector(0)) / (sum(rate(${all}[${window}])) > 0)`,
}));

/** The allowed share is spent so many times too fast, over a long window and still in a short one. */
export function burns(times: number, long: Window, short: Window): string {
  const limit = `${times} * ${allowedShare}`;
  return `(${recorded(long)} > ${limit} and ${recorded(short)} > ${limit})`;
}

/** Two failures in an hour of three logins are no emergency. */
export const isEnough = (least: number, window: string): string =>
  `on () sum(increase(${all}[${window}])) > ${least}`;
