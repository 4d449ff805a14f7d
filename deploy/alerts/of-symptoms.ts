import type { Alert } from '#deploy/alerts/alert.ts';
import { stepsOf } from '#deploy/alerts/alert.ts';
import { burns, isEnough } from '#deploy/alerts/burn-rates.ts';

const ended = 'sum by (ent_id) (increase(wechat_logins_total{outcome!="reauthorize"}[5m]))';
const brokenEnds =
  'sum by (ent_id) (increase(wechat_logins_total{reason=~"misconfigured|unavailable|expired|internal"}[5m]))';
const accountIs = (state: string) => `max by (appid) (wechat_account_state{state="${state}"}) == 1`;
const ofUs = 'and on (instance, job) wechat_build_info';
const back = (window: string) => `sum(increase(wechat_login_steps_total{step="back"}[15m]${window}))`;

/** What people feel, and what brings it about, beside the conditions of `/operate`. */
export const alertsOfSymptoms: readonly Alert[] = [
  {
    name: 'logins-burn-fast',
    expr: `(${burns(14.4, '1h', '5m')} or ${burns(6, '6h', '30m')}) and ${isEnough(20, '5m')}`,
    for: '1m',
    severity: 'page',
    what: { en: 'Many logins fail or take longer than 5 s', zh_CN: '大量登录失败或超过 5 秒' },
    do: {
      en: 'Look at /operate/live: which account, enterprise and errcode; then at the steps’ times.',
      zh_CN: '请查看 /operate/live：是哪个服务号、企业和错误码；再查看各步骤的耗时。',
    },
  },
  {
    name: 'logins-burn-slow',
    expr: `(${burns(3, '1d', '2h')} or ${burns(1, '3d', '6h')}) and ${isEnough(20, '6h')}`,
    for: '15m',
    severity: 'ticket',
    what: {
      en: 'More logins than promised fail or take longer than 5 s, for hours',
      zh_CN: '数小时以来，失败或超过 5 秒的登录多于承诺',
    },
    do: {
      en: 'Look at the errcodes and the steps’ times of the last days.',
      zh_CN: '请查看最近几天的错误码和各步骤的耗时。',
    },
  },
  {
    name: 'enterprise-fails',
    expr: `${brokenEnds} / ${ended} > 0.2 and ${ended} > 20`,
    for: '1m',
    severity: 'page',
    what: {
      en: 'More than a fifth of the logins of enterprise {{ $labels.ent_id }} fail',
      zh_CN: '企业 {{ $labels.ent_id }} 超过五分之一的登录失败',
    },
    do: {
      en: 'Look at /operate/live?ent_id={{ $labels.ent_id }} for the errcode and the remedy.',
      zh_CN: '请在 /operate/live?ent_id={{ $labels.ent_id }} 查看错误码和处理办法。',
    },
  },
  {
    name: 'account-misconfigured',
    expr: accountIs('misconfigured'),
    for: '1m',
    severity: 'page',
    what: {
      en: 'WeChat refuses account {{ $labels.appid }}: nobody of its enterprises is logged in',
      zh_CN: '微信拒绝服务号 {{ $labels.appid }}：其企业无人能登录',
    },
    do: {
      en: 'Mend what the errcode names (secret, permission, IP list), then PUT the account again.',
      zh_CN: '请按错误码修复（AppSecret、权限、IP 白名单），再重新 PUT 该服务号。',
    },
  },
  {
    name: 'account-unreachable',
    expr: accountIs('unreachable'),
    for: '2m',
    severity: 'page',
    what: {
      en: 'WeChat does not answer for account {{ $labels.appid }}: people are held',
      zh_CN: '微信没有响应服务号 {{ $labels.appid }}：用户被拦下',
    },
    do: {
      en: 'Check DNS, the way out and the proxy of the workers, and WeChat’s status.',
      zh_CN: '请检查 worker 的 DNS、出口网络和代理，以及微信的状态。',
    },
  },
  {
    name: 'account-exhausted',
    expr: accountIs('exhausted'),
    for: '1m',
    severity: 'page',
    what: {
      en: 'The calls of this day of account {{ $labels.appid }} are used up: its people are turned away',
      zh_CN: '服务号 {{ $labels.appid }} 当天的调用次数已用完：用户无法登录',
    },
    do: {
      en: 'Raise the limit, or clear it (clear_quota, ten times a month).',
      zh_CN: '请提高额度或清零（clear_quota，每月十次）。',
    },
  },
  {
    name: 'quota-near',
    expr: `${stepsOf('exchanged', 2)} / 2 > 0.8 * max by (appid) (wechat_account_pace)`,
    for: '2m',
    severity: 'ticket',
    what: {
      en: 'Account {{ $labels.appid }} is near its calls of a minute',
      zh_CN: '服务号 {{ $labels.appid }} 接近每分钟的调用上限',
    },
    do: {
      en: 'Spread the broadcast over more time, or ask WeChat for a higher limit.',
      zh_CN: '请把群发分散到更长时间，或向微信申请更高额度。',
    },
  },
  {
    name: 'queue-old',
    expr: 'max by (shard) (wechat_queue_oldest_waiting_seconds) > 30',
    for: '1m',
    severity: 'page',
    what: {
      en: 'The oldest login has waited for more than 30 s; its code lives for five minutes',
      zh_CN: '最久的登录已等待超过 30 秒；code 的有效期为五分钟',
    },
    do: {
      en: 'Start more workers, unless an account is paused or unreachable: then see that one.',
      zh_CN: '请增加 worker；若某个服务号被暂停或不可达，请先处理它。',
    },
  },
  {
    name: 'queue-growing',
    expr: '(max by (shard) (wechat_queue_oldest_waiting_seconds) > 10) and max by (shard) (deriv(wechat_queue_oldest_waiting_seconds[3m])) > 0',
    for: '2m',
    severity: 'ticket',
    what: { en: 'Logins wait longer and longer', zh_CN: '登录等待的时间越来越长' },
    do: { en: 'Start more workers.', zh_CN: '请增加 worker。' },
  },
  {
    name: 'store-away',
    expr: 'min by (store) (wechat_store_up) == 0 or max by (shard) (wechat_queue_up) == 0',
    for: '30s',
    severity: 'page',
    what: {
      en: 'Redis or MongoDB does not do what a login needs',
      zh_CN: 'Redis 或 MongoDB 无法满足登录所需',
    },
    do: {
      en: 'Ask /readyz of a process, which says what is wrong; mend the store.',
      zh_CN: '请访问某个进程的 /readyz 了解原因，并修复存储。',
    },
  },
  {
    name: 'no-ingress',
    expr: 'absent(wechat_build_info{role="ingress"})',
    for: '1m',
    severity: 'page',
    what: { en: 'No ingress answers Prometheus', zh_CN: '没有 ingress 响应 Prometheus' },
    do: {
      en: 'Start the ingresses, or mend the scraping: address, token of role metrics.',
      zh_CN: '请启动 ingress，或修复抓取：地址、metrics 角色的令牌。',
    },
  },
  {
    name: 'no-logins',
    expr: `(${back('')} or vector(0)) == 0 and ${back(' offset 1w')} > 20`,
    for: '10m',
    severity: 'ticket',
    what: {
      en: 'Nobody came back from WeChat, though a week ago people did at this time',
      zh_CN: '没有人从微信返回，而一周前的此刻有人',
    },
    do: {
      en: 'Open the link of an enterprise yourself: DNS, certificate, proxy, menu of the account.',
      zh_CN: '请亲自打开一个企业的链接：检查 DNS、证书、代理和服务号菜单。',
    },
  },
  {
    name: 'restarts',
    expr: `sum by (role) (changes(process_start_time_seconds[15m]) * on (instance, job) group_left (role) wechat_build_info) > 3`,
    for: '0s',
    severity: 'ticket',
    what: {
      en: 'Processes of {{ $labels.role }} start again and again',
      zh_CN: '{{ $labels.role }} 进程反复重启',
    },
    do: {
      en: 'Read their last log lines before each end.',
      zh_CN: '请查看每次退出前的最后几行日志。',
    },
  },
  {
    name: 'event-loop-lag',
    expr: `(nodejs_eventloop_lag_p99_seconds > 0.2) ${ofUs}`,
    for: '5m',
    severity: 'ticket',
    what: {
      en: 'Process {{ $labels.instance }} has more to do than one core can',
      zh_CN: '进程 {{ $labels.instance }} 的工作超过一个核的能力',
    },
    do: { en: 'Start another process of its kind.', zh_CN: '请再启动一个同类进程。' },
  },
  {
    name: 'log-lost',
    expr: 'sum by (instance) (increase(wechat_log_lines_dropped_total[15m])) > 0',
    for: '0s',
    severity: 'ticket',
    what: {
      en: 'Nobody takes the log of {{ $labels.instance }}: lines are lost',
      zh_CN: '没有程序读取 {{ $labels.instance }} 的日志：有日志丢失',
    },
    do: {
      en: 'Look at the log’s reader, and at its disk. Logins go on.',
      zh_CN: '请检查日志的读取方及其磁盘。登录不受影响。',
    },
  },
  {
    name: 'credentials-guessed',
    expr: 'sum by (door) (increase(wechat_refused_credentials_total[15m])) > 50',
    for: '0s',
    severity: 'ticket',
    what: {
      en: 'Many wrong credentials at the door {{ $labels.door }}',
      zh_CN: '入口 {{ $labels.door }} 收到大量错误凭据',
    },
    do: {
      en: 'The log names the addresses: an attacker, or a host that has an old key.',
      zh_CN: '日志中有来源地址：可能是攻击者，或是使用旧密钥的企业系统。',
    },
  },
];
