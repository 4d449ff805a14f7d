import { type Alert, stepsOf } from '#deploy/alerts/alert.ts';
import { type ConditionName, conditionNames, conditions } from '#ingress/operate/conditions.ts';
import { isOfAccount } from '#ingress/operate/troubles/what-wechat-said.ts';
import { conditionWords } from '#ingress/operate/words/condition-words.ts';
import { errcodeWords, knownCauses } from '#ingress/operate/words/errcode-words.ts';

type Rule = Pick<Alert, 'expr' | 'for'> & Partial<Pick<Alert, 'severity' | 'what' | 'do'>>;

/** What passes by itself wakes nobody. */
const passing = knownCauses.filter((cause) => errcodeWords('en', cause).who === 'wait').join('|');
/** Said of a person or a code, not of an account: other conditions tell of many. */
const ofNobody = knownCauses.filter((cause) => !isOfAccount(cause)).join('|');

function callsFail(errcodes: string): string {
  const { quietMinutes } = conditions['wechat-call-fails'];
  const calls = `wechat_failed_calls_total{endpoint!="refresh",errcode!~"${ofNobody}",${errcodes}}`;
  return `sum by (appid, errcode) (increase(${calls}[${quietMinutes}m])) > 0`;
}

const failingCall = {
  what: {
    en: 'Calls of WeChat fail: errcode {{ $labels.errcode }}, account {{ $labels.appid }}',
    zh_CN: '调用微信接口失败：错误码 {{ $labels.errcode }}，服务号 {{ $labels.appid }}',
  },
  do: {
    en: 'Read what the errcode means, and what to do, at /operate/live of an ingress.',
    zh_CN: '请在 ingress 的 /operate/live 查看错误码的含义和处理办法。',
  },
};

/** How Prometheus sees a condition. It knows accounts, not enterprises: /operate/live names these. */
const rules: { readonly [Name in ConditionName]: (condition: (typeof conditions)[Name]) => readonly Rule[] } =
  {
    'wechat-call-fails': () => [
      { ...failingCall, expr: callsFail(`errcode!~"${passing}"`), for: '0s' },
      { ...failingCall, expr: callsFail(`errcode=~"${passing}"`), for: '2m', severity: 'ticket' },
    ],
    'codes-refused'({ windowMinutes, least, share }) {
      const refused = stepsOf('again:invalid|again:used', windowMinutes);
      const taken = `(${stepsOf('exchanged', windowMinutes)} or ${refused} * 0)`;
      return [
        { expr: `${refused} >= ${least} and ${refused} >= ${share} * (${refused} + ${taken})`, for: '0s' },
      ];
    },
    'codes-die': ({ windowMinutes, least }) => [
      { expr: `${stepsOf('again:expired', windowMinutes)} >= ${least}`, for: '0s' },
    ],
    'nobody-comes-back'({ windowMinutes, least, afterMinutes }) {
      const sent = stepsOf('sent', windowMinutes - afterMinutes, afterMinutes);
      const back = stepsOf('back|nocode|foreign', windowMinutes);
      return [{ expr: `${sent} >= ${least} unless ${back} > 0`, for: '0s' }];
    },
    'host-does-not-redeem'({ windowMinutes, least, share, afterMinutes }) {
      const told = stepsOf('told', windowMinutes, afterMinutes);
      const redeemed = stepsOf('redeemed', windowMinutes + afterMinutes);
      // As host-does-not-redeem.ts counts it.
      const toBind = stepsOf('bind', windowMinutes + afterMinutes + 1);
      const withTicket = `(${told} - (${toBind} or ${told} * 0))`;
      const missing = `(${withTicket} - (${redeemed} or ${told} * 0))`;
      return [{ expr: `${missing} >= ${least} and ${missing} >= ${share} * ${withTicket}`, for: '0s' }];
    },
    // Nobody waits in the queue for long without workers: people are held before WeChat. So they are not asked for.
    'no-workers': () => [
      { expr: 'max(wechat_live_workers) == 0 or absent(wechat_build_info{role="workers"})', for: '1m' },
    ],
    'queue-paused': () => [{ expr: 'max by (shard) (wechat_queue_paused) == 1', for: '0s' }],
    'login-bugs': ({ quietMinutes }) => [
      { expr: `${stepsOf('failed:internal', quietMinutes)} > 0`, for: '0s' },
    ],
  };

/** The alerts that are conditions of `/operate`, under their names. */
export const alertsOfConditions: readonly Alert[] = conditionNames.flatMap((name) => {
  const rulesOf = rules[name] as (condition: (typeof conditions)[ConditionName]) => readonly Rule[];
  const { en, zh_CN } = { en: conditionWords.en[name], zh_CN: conditionWords.zh_CN[name] };
  return rulesOf(conditions[name]).map((rule) => ({
    name,
    severity: conditions[name].severity,
    what: { en: en.what, zh_CN: zh_CN.what },
    do: { en: en.do, zh_CN: zh_CN.do },
    ...rule,
  }));
});
