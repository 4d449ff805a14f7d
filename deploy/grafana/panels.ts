/** One panel of the dashboard; each query a line with its legend. */
export type PanelData = {
  readonly title: string;
  readonly kind: 'timeseries' | 'bargauge' | 'statetimeline' | 'heatmap' | 'stat';
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  /** Grafana's name of it. */
  readonly unit?: string;
  readonly says: string;
};

const steps = 'wechat_login_steps_total{job=~"$job",appid=~"$appid"}';
const logins = 'wechat_logins_total{job=~"$job",ent_id=~"$ent_id"}';
const way = ['opened', 'sent', 'back', 'queued', 'exchanged', 'ready', 'bind', 'told', 'redeemed'];
const quantile = (q: number, metric: string, by: string) =>
  `histogram_quantile(${q}, sum by (${by}) (rate(${metric}_bucket{job=~"$job"}[$__rate_interval])))`;
const highest = (metric: string, by: string) => `max by (${by}) (${metric}{job=~"$job"})`;

/** From top to bottom, two in a row: is something wrong, how is it going, where. */
export const panels: readonly PanelData[] = [
  {
    title: 'Alerts',
    kind: 'statetimeline',
    queries: [
      [
        'max by (alertname, appid, ent_id) (ALERTS{alertname=~"WechatLogin.*",alertstate="firing"})',
        '{{alertname}} {{appid}} {{ent_id}}',
      ],
    ],
    says: 'What fires; docs/runbook.md says what to do.',
  },
  {
    title: 'How far people come',
    kind: 'bargauge',
    queries: way.map(
      (step) => [`sum(increase(${steps.replace('{', `{step="${step}",`)}[$__range]))`, step] as const,
    ),
    says: 'Steps of logins in the time shown. A big loss at one arrow is where people stay.',
  },
  {
    title: 'Logins that fail or take over 5 s',
    kind: 'timeseries',
    queries: [
      ['wechat:logins_bad:ratio_rate5m', '5 min'],
      ['wechat:logins_bad:ratio_rate1h', '1 h'],
      ['wechat:logins_bad:ratio_rate3d', '3 days'],
    ],
    unit: 'percentunit',
    says: '0.5 % are allowed.',
  },
  {
    title: 'Ends a second',
    kind: 'timeseries',
    queries: [[`sum by (outcome, reason) (rate(${logins}[$__rate_interval]))`, '{{outcome}} {{reason}}']],
    unit: 'reqps',
    says: 'How logins end.',
  },
  {
    title: 'Calls of WeChat that fail',
    kind: 'timeseries',
    queries: [
      [
        'sum by (appid, errcode) (rate(wechat_failed_calls_total{job=~"$job",appid=~"$appid"}[$__rate_interval]))',
        '{{appid}} {{errcode}}',
      ],
    ],
    unit: 'reqps',
    says: 'Errcodes by account.',
  },
  {
    title: 'Codes lost',
    kind: 'timeseries',
    queries: [['sum by (cause) (rate(wechat_codes_lost_total{job=~"$job"}[$__rate_interval]))', '{{cause}}']],
    unit: 'reqps',
    says: 'expired: they died in our queue.',
  },
  {
    title: 'From the callback to the answer',
    kind: 'heatmap',
    queries: [
      [
        'sum by (le) (increase(wechat_login_duration_seconds_bucket{job=~"$job"}[$__rate_interval]))',
        '{{le}}',
      ],
    ],
    unit: 's',
    says: 'Each round of a login.',
  },
  {
    title: 'Steps, 95th percentile',
    kind: 'timeseries',
    queries: [[quantile(0.95, 'wechat_login_step_seconds', 'step, le'), '{{step}}']],
    unit: 's',
    says: 'Where logins spend their time.',
  },
  {
    title: 'Oldest waiting login',
    kind: 'timeseries',
    queries: [[highest('wechat_queue_oldest_waiting_seconds', 'shard'), 'shard {{shard}}']],
    unit: 's',
    says: 'A code dies after 300 s.',
  },
  {
    title: 'Logins in the queue',
    kind: 'timeseries',
    queries: [[highest('wechat_queue_jobs', 'shard, state'), '{{shard}} {{state}}']],
    says: 'By the state of their job.',
  },
  {
    title: 'Accounts that are not open',
    kind: 'statetimeline',
    queries: [
      [
        'max by (appid, state) (wechat_account_state{job=~"$job",appid=~"$appid",state!="open"}) == 1',
        '{{appid}} {{state}}',
      ],
    ],
    says: 'paused and exhausted: quotas; unreachable: WeChat; misconfigured: the operator.',
  },
  {
    title: 'Calls a minute against what the account may make',
    kind: 'timeseries',
    queries: [
      [
        `sum by (appid) (rate(${steps.replace('{', '{step="exchanged",')}[$__rate_interval])) * 60`,
        '{{appid}}',
      ],
      ['max by (appid) (wechat_account_pace{job=~"$job",appid=~"$appid"})', '{{appid}} may'],
    ],
    says: 'The pace falls where WeChat refused more.',
  },
  {
    title: 'People in line before WeChat',
    kind: 'timeseries',
    queries: [
      ['max(wechat_held_people{job=~"$job"})', 'in line'],
      ['sum by (reason) (rate(wechat_holds_total{job=~"$job"}[$__rate_interval]))', '{{reason}} a second'],
    ],
    says: 'Held while more come than can be served.',
  },
  {
    title: 'Processes and stores',
    kind: 'stat',
    queries: [
      ['max(wechat_live_workers{job=~"$job"})', 'workers'],
      ['sum by (role, version) (wechat_build_info{job=~"$job"})', '{{role}} {{version}}'],
      ['min by (store) (wechat_store_up{job=~"$job"})', '{{store}}'],
    ],
    says: '1: the store does what a login needs.',
  },
  {
    title: 'Event loop, 99th percentile',
    kind: 'timeseries',
    queries: [['nodejs_eventloop_lag_p99_seconds{job=~"$job"}', '{{instance}}']],
    unit: 's',
    says: 'Over 0.2 s: another process of its kind.',
  },
  {
    title: 'Memory',
    kind: 'timeseries',
    queries: [['process_resident_memory_bytes{job=~"$job"}', '{{instance}}']],
    unit: 'bytes',
    says: 'Of each process.',
  },
];
