import { stringify } from 'yaml';
import { type Alert, alertName } from '#deploy/alerts/alert.ts';
import { burnRateRules } from '#deploy/alerts/burn-rates.ts';
import { alertsOfConditions } from '#deploy/alerts/of-conditions.ts';
import { alertsOfSymptoms } from '#deploy/alerts/of-symptoms.ts';

export const alerts: readonly Alert[] = [...alertsOfConditions, ...alertsOfSymptoms];

const head = `# Made by npm run alerts; do not edit. Conditions are those of /operate (ingress/operate/conditions.ts), the others stand in
# deploy/alerts. runbook_url is a path of this repository: put the address before it under which your people read it.
`;

function ruleOf({ name, expr, for: long, severity, what, do: remedy }: Alert) {
  return {
    alert: `WechatLogin${alertName(name)}`,
    expr,
    ...(long !== '0s' && { for: long }),
    labels: { severity },
    annotations: {
      summary: what.en,
      description: remedy.en,
      summary_zh: what.zh_CN,
      description_zh: remedy.zh_CN,
      runbook_url: `docs/runbook.md#${name}`,
    },
  };
}

/** Recording and alerting rules as Prometheus 2.42 or later reads them. */
export function rulesFile(): string {
  const groups = [
    { name: 'wechat-login-burn-rates', rules: burnRateRules },
    { name: 'wechat-login-conditions', rules: alertsOfConditions.map(ruleOf) },
    { name: 'wechat-login-symptoms', rules: alertsOfSymptoms.map(ruleOf) },
  ];
  return head + stringify({ groups }, { lineWidth: 0 });
}
