import { sumOf, sumSteps } from '#ingress/operate/counted.ts';
import { funnelOf } from '#ingress/operate/funnel.ts';
import type { CountedRow } from '#ingress/operate/windows.ts';

/** Whoever was sent to WeChat before that is not expected back. */
const underWayMs = 5 * 60_000;

/** Those who were sent to WeChat and did not come back yet, and whose logins have not ended yet: by sums, so a few either way. */
export function onTheirWay(rows: readonly CountedRow[], now: number): { at_wechat: number; here: number } {
  const lately = sumSteps(rows.filter(({ from }) => from > now - underWayMs));
  const { sent, back, queued, ready, bind, snapshot, again } = funnelOf(lately);
  const failedHere = sumOf(lately, 'failed:misconfigured', 'failed:unavailable', 'failed:internal');
  return {
    at_wechat: Math.max(0, sent - back - sumOf(lately, 'nocode', 'foreign')),
    here: Math.max(0, queued - ready - bind - snapshot - again - failedHere),
  };
}
