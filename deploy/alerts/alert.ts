/** Words of both languages. `{{ $labels.x }}` stands for a label of what the expression answers. */
export type Words = { readonly en: string; readonly zh_CN: string };

/** One alert: its name in kebab case is its heading in docs/runbook.md. */
export type Alert = {
  readonly name: string;
  /** PromQL. What it answers fires, a series each. */
  readonly expr: string;
  /** How long it must be so, in Prometheus's words. */
  readonly for: string;
  /** `page` wakes somebody, `ticket` waits for the morning. */
  readonly severity: 'page' | 'ticket';
  readonly what: Words;
  readonly do: Words;
};

/** `codes-die` is the alert CodesDie. */
export const alertName = (name: string): string =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Increase of some steps of logins, by account, in a window of minutes, which ended so many minutes ago. */
export function stepsOf(steps: string, minutes: number, minutesAgo = 0): string {
  const offset = minutesAgo > 0 ? ` offset ${minutesAgo}m` : '';
  return `sum by (appid) (increase(wechat_login_steps_total{step=~"${steps}"}[${minutes}m]${offset}))`;
}
