import type { Registry } from 'prom-client';
import { besides, goodEnds, wayIn, wayOut } from '#models/counts/steps.ts';
import { failureReasons } from '#models/login/status.ts';
import { createBoundedLabel } from '#operations/bounded-label.ts';
import { createCounterFromZero } from '#operations/counter-from-zero.ts';

const mostAccounts = 200;
/** Why a person is asked once more; `profile` is no loss: WeChat is asked for the nickname now. */
const causes = ['expired', 'invalid', 'used', 'dead-token', 'unknown-outcome', 'other'] as const;
const stepNames: ReadonlySet<string> = new Set([
  ...wayIn,
  ...besides,
  ...wayOut,
  ...goodEnds,
  ...failureReasons.map((reason) => `failed:${reason}`),
  ...[...causes, 'profile'].map((cause) => `again:${cause}`),
]);

export type StepMetrics = ReturnType<typeof createStepMetrics>;

/**
 * What this process counted for the operator's pages (models/counts/tally.ts), for Prometheus: by account, never by enterprise.
 * It is added up when the counts are sent, every two seconds, so that a login pays nothing for it.
 */
export function createStepMetrics(registry: Registry) {
  const label = createBoundedLabel(mostAccounts);
  const steps = createCounterFromZero({
    name: 'wechat_login_steps_total',
    help: `Steps of logins by account; accounts beyond the first ${mostAccounts} are counted as other.`,
    labelNames: ['step', 'appid'],
    registry,
  });
  const failedCalls = createCounterFromZero({
    name: 'wechat_failed_calls_total',
    help: 'Calls of WeChat that did not say ok, by account: errcode is a number, a word such as timeout, or other.',
    labelNames: ['appid', 'endpoint', 'errcode'],
    registry,
  });
  const lost = createCounterFromZero({
    name: 'wechat_codes_lost_total',
    help: 'Codes that brought nobody in: the person was asked once more. expired: it died before a worker took it.',
    labelNames: ['cause'],
    registry,
  });
  for (const cause of causes) lost.add([cause], 0);

  return {
    /** `counts`: by fieldOf of models/counts/minutes.ts. */
    add(counts: ReadonlyMap<string, number>): void {
      for (const [field, n] of counts) {
        const [, appid = '', counted = ''] = field.split('|');
        const [kind, ...parts] = counted.split(':');
        if (kind === 'd') continue;
        if (kind === 'e') {
          failedCalls.add([label(appid), parts[0] ?? '', parts[1] ?? ''], n);
          continue;
        }
        const step = stepNames.has(counted) ? counted : `${kind}:other`;
        if (!stepNames.has(step)) continue;
        steps.add([step, label(appid)], n);
        if (kind === 'again' && step !== 'again:profile') lost.add([step.slice('again:'.length)], n);
      }
    },
  };
}
