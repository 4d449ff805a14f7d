/** From here on a series has a value each ten minutes. */
export const longMinutes = 1_000;

/** A case of `promtool test rules`: a value a minute of each series, and what fires at a minute. */
export type AlertCase = {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  /** Minutes. */
  readonly at: number;
  /** Labels of each firing alert; none: it stays silent. */
  readonly fires: readonly Readonly<Record<string, string>>[];
  readonly severity?: 'page' | 'ticket';
};

const step = (name: string, appid = 'wx1') => `wechat_login_steps_total{step="${name}",appid="${appid}"}`;
const call = (errcode: string, appid = 'wx1') =>
  `wechat_failed_calls_total{appid="${appid}",endpoint="token",errcode="${errcode}"}`;
const account = (state: string, appid = 'wx1') => `wechat_account_state{appid="${appid}",state="${state}"}`;
const build = (role: string, instance = role) =>
  `wechat_build_info{role="${role}",instance="${instance}",job="wechat"}`;
const of = (metric: string, instance: string) => `${metric}{instance="${instance}",job="wechat"}`;
const ends = (outcome: string, reason = '') =>
  `wechat_logins_total{outcome="${outcome}",reason="${reason}",ent_id="acme"}`;
/** `le="5.0"` is what Prometheus 3 makes of it. */
const fast = (le = '5') => `wechat_login_duration_seconds_bucket{outcome="ready",le="${le}"}`;

const weekLater = 10_140;
const silent = [] as const;
const wx1 = [{ appid: 'wx1' }];
const everywhere = [{}];

const cases: readonly (readonly [
  alert: string,
  at: number,
  series: AlertCase['series'],
  fires: AlertCase['fires'],
  severity?: AlertCase['severity'],
])[] = [
  // The first failing call of one account, and nobody names the other.
  [
    'wechat-call-fails',
    2,
    { [call('40125')]: '0 1 1', [call('40125', 'wx2')]: '0 0 0' },
    [{ appid: 'wx1', errcode: '40125' }],
    'page',
  ],
  // Over five minutes after the last.
  ['wechat-call-fails', 9, { [call('40125')]: '0 1x8' }, silent],
  // A person whom WeChat refuses, and a code that was used.
  ['wechat-call-fails', 5, { [call('40226')]: '0+1x5', [call('40163')]: '0+1x5' }, silent],
  // What passes by itself waits for the morning, and for two minutes.
  ['wechat-call-fails', 5, { [call('timeout')]: '0+1x5' }, [{ appid: 'wx1', errcode: 'timeout' }], 'ticket'],
  ['wechat-call-fails', 1, { [call('timeout')]: '0 1' }, silent],

  ['codes-refused', 6, { [step('again:invalid')]: '0+6x6', [step('exchanged')]: '0+10x6' }, wx1],
  ['codes-refused', 6, { [step('again:used')]: '0+6x6' }, wx1],
  // Repeated callbacks of many logins.
  ['codes-refused', 6, { [step('again:invalid')]: '0+6x6', [step('exchanged')]: '0+100x6' }, silent],

  ['codes-die', 6, { [step('again:expired')]: '0+3x6' }, wx1],
  ['codes-die', 6, { [step('again:expired')]: '0+1x6' }, silent],

  ['nobody-comes-back', 12, { [step('sent')]: '0+5x12' }, wx1],
  ['nobody-comes-back', 12, { [step('sent')]: '0+5x12', [step('back')]: '0x11 1' }, silent],
  ['nobody-comes-back', 12, { [step('sent')]: '0+1x12' }, silent],

  ['host-does-not-redeem', 8, { [step('told')]: '0+10x8', [step('redeemed')]: '0+1x8' }, wx1],
  ['host-does-not-redeem', 8, { [step('told')]: '0+10x8' }, wx1],
  ['host-does-not-redeem', 8, { [step('told')]: '0+10x8', [step('redeemed')]: '0+9x8' }, silent],
  // All are to be bound first; and one of two is.
  ['host-does-not-redeem', 8, { [step('told')]: '0+10x8', [step('bind')]: '0+10x8' }, silent],
  ['host-does-not-redeem', 8, { [step('told')]: '0+20x8', [step('bind')]: '0+10x8' }, wx1],

  ['no-workers', 3, { 'wechat_live_workers{instance="a"}': '2 0x3', [build('workers')]: '1x4' }, everywhere],
  ['no-workers', 3, { 'wechat_live_workers{instance="a"}': '1x4' }, [{ role: 'workers' }]],
  ['no-workers', 3, { 'wechat_live_workers{instance="a"}': '1x4', [build('workers')]: '1x4' }, silent],

  [
    'queue-paused',
    1,
    { 'wechat_queue_paused{shard="0"}': '0 1', 'wechat_queue_paused{shard="1"}': '0 0' },
    [{ shard: '0' }],
  ],
  ['queue-paused', 1, { 'wechat_queue_paused{shard="0"}': '1 0' }, silent],

  ['login-bugs', 2, { [step('failed:internal')]: '0 0 1' }, wx1],
  ['login-bugs', 2, { [step('failed:internal')]: '7 7 7', [step('failed:refused')]: '0+1x2' }, silent],

  // One of five fails; and nobody gets in at all, so that there is not even a fast one to count.
  [
    'logins-burn-fast',
    70,
    { [fast()]: '0+80x70', [ends('ready')]: '0+80x70', [ends('failed', 'internal')]: '0+20x70' },
    everywhere,
  ],
  [
    'logins-burn-fast',
    70,
    { [fast('5.0')]: '0+80x70', [ends('ready')]: '0+80x70', [ends('failed', 'internal')]: '0+20x70' },
    everywhere,
  ],
  ['logins-burn-fast', 70, { [ends('failed', 'unavailable')]: '0+20x70' }, everywhere],
  // All are told in time; whom WeChat refuses, and who is asked for another code, count as nothing.
  [
    'logins-burn-fast',
    70,
    {
      [fast()]: '0+80x70',
      [ends('ready')]: '0+80x70',
      [ends('failed', 'refused')]: '0+20x70',
      [ends('reauthorize')]: '0+20x70',
    },
    silent,
  ],
  // Two of four in an hour.
  [
    'logins-burn-fast',
    70,
    {
      [fast()]: '0 0 1 1 2x66',
      [ends('ready')]: '0 0 1 1 2x66',
      [ends('failed', 'internal')]: '0 0 1 1 2x66',
    },
    silent,
  ],

  [
    'logins-burn-slow',
    1500,
    { [fast()]: '0+980x150', [ends('ready')]: '0+980x150', [ends('failed', 'internal')]: '0+20x150' },
    everywhere,
  ],
  [
    'logins-burn-slow',
    1500,
    { [fast()]: '0+10000x150', [ends('ready')]: '0+10000x150', [ends('failed', 'internal')]: '0+10x150' },
    silent,
  ],

  [
    'enterprise-fails',
    8,
    { [ends('ready')]: '0+5x8', [ends('failed', 'misconfigured')]: '0+5x8' },
    [{ ent_id: 'acme' }],
  ],
  ['enterprise-fails', 8, { [ends('ready')]: '0+20x8', [ends('failed', 'misconfigured')]: '0+2x8' }, silent],
  ['enterprise-fails', 8, { [ends('ready')]: '0+1x8', [ends('failed', 'misconfigured')]: '0+1x8' }, silent],

  [
    'account-misconfigured',
    3,
    { [account('misconfigured')]: '0 1x3', [account('misconfigured', 'wx2')]: '0x3' },
    wx1,
  ],
  ['account-misconfigured', 3, { [account('misconfigured')]: '0 1 0 0', [account('open')]: '1x4' }, silent],
  ['account-unreachable', 4, { [account('unreachable')]: '0 1x4' }, wx1],
  ['account-unreachable', 4, { [account('unreachable')]: '0 1 0 1 1' }, silent],
  ['account-exhausted', 3, { [account('exhausted')]: '0 1x3' }, wx1],
  ['account-exhausted', 3, { [account('exhausted')]: '0x3', [account('paused')]: '1x3' }, silent],
  ['quota-near', 6, { [step('exchanged')]: '0+900x6', 'wechat_account_pace{appid="wx1"}': '1000x6' }, wx1],
  ['quota-near', 6, { [step('exchanged')]: '0+700x6', 'wechat_account_pace{appid="wx1"}': '1000x6' }, silent],

  // Two ingresses tell of the same queue: one alert.
  [
    'queue-old',
    3,
    {
      'wechat_queue_oldest_waiting_seconds{shard="0",instance="a"}': '40x3',
      'wechat_queue_oldest_waiting_seconds{shard="0",instance="b"}': '41x3',
    },
    [{ shard: '0' }],
  ],
  ['queue-old', 3, { 'wechat_queue_oldest_waiting_seconds{shard="0",instance="a"}': '40 40 2 40' }, silent],
  [
    'queue-growing',
    6,
    { 'wechat_queue_oldest_waiting_seconds{shard="0",instance="a"}': '11+3x6' },
    [{ shard: '0' }],
  ],
  ['queue-growing', 6, { 'wechat_queue_oldest_waiting_seconds{shard="0",instance="a"}': '29-2x6' }, silent],

  [
    'store-away',
    2,
    {
      'wechat_store_up{store="redis",instance="a"}': '1x2',
      'wechat_store_up{store="mongo",instance="a"}': '1 0 0',
    },
    [{ store: 'mongo' }],
  ],
  [
    'store-away',
    2,
    { 'wechat_queue_up{shard="0",instance="a"}': '0x2', 'wechat_queue_up{shard="0",instance="b"}': '0x2' },
    [{ shard: '0' }],
  ],
  [
    'store-away',
    2,
    {
      'wechat_store_up{store="redis",instance="a"}': '1x2',
      'wechat_queue_up{shard="0",instance="a"}': '1x2',
    },
    silent,
  ],

  ['no-ingress', 2, { [build('workers')]: '1x2' }, [{ role: 'ingress' }]],
  ['no-ingress', 2, { [build('ingress')]: '1x2' }, silent],

  ['no-logins', weekLater, { [step('back')]: '0+100x1005 100500x9' }, everywhere],
  ['no-logins', weekLater, { [step('back')]: '0+100x1014' }, silent],
  // A week ago nobody came either.
  ['no-logins', weekLater, { [step('back')]: '0x1014' }, silent],

  [
    'restarts',
    10,
    { [of('process_start_time_seconds', 'a')]: '1 2 3 4 5 5 5 5 5 5 5', [build('workers', 'a')]: '1x10' },
    [{ role: 'workers' }],
  ],
  // Somebody else's process.
  [
    'restarts',
    10,
    { [of('process_start_time_seconds', 'b')]: '0+1x10', [build('workers', 'a')]: '1x10' },
    silent,
  ],
  [
    'restarts',
    10,
    { [of('process_start_time_seconds', 'a')]: '1 2 2 2 2 2 2 2 2 2 2', [build('workers', 'a')]: '1x10' },
    silent,
  ],

  [
    'event-loop-lag',
    7,
    { [of('nodejs_eventloop_lag_p99_seconds', 'a')]: '0.5x7', [build('ingress', 'a')]: '1x7' },
    [{ instance: 'a', job: 'wechat' }],
  ],
  [
    'event-loop-lag',
    7,
    { [of('nodejs_eventloop_lag_p99_seconds', 'a')]: '0.02x7', [build('ingress', 'a')]: '1x7' },
    silent,
  ],

  ['log-lost', 3, { 'wechat_log_lines_dropped_total{instance="a"}': '0 0 1 1' }, [{ instance: 'a' }]],
  ['log-lost', 3, { 'wechat_log_lines_dropped_total{instance="a"}': '5x3' }, silent],
  [
    'credentials-guessed',
    15,
    { 'wechat_refused_credentials_total{door="host",instance="a"}': '0+5x15' },
    [{ door: 'host' }],
  ],
  [
    'credentials-guessed',
    15,
    { 'wechat_refused_credentials_total{door="host",instance="a"}': '0+1x15' },
    silent,
  ],
];

export const alertCases: readonly AlertCase[] = cases.map(([alert, at, series, fires, severity]) => ({
  alert,
  at,
  series,
  fires,
  ...(severity && { severity }),
}));
