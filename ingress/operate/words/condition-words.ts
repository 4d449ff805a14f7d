import type { Language } from '#ingress/browser/pages/language.ts';
import type { ConditionName } from '#ingress/operate/conditions.ts';

/** What is the matter, and what the operator does. Of a failing call the errcode says it: errcode-words.ts. */
export type Told = { readonly what: string; readonly do: string };

export const conditionWords: Readonly<Record<Language, Readonly<Record<ConditionName, Told>>>> = {
  en: {
    'wechat-call-fails': { what: 'Calls of WeChat fail', do: 'See the errcode.' },
    'codes-refused': {
      what: 'WeChat does not take many codes (40029, 40163)',
      do: 'Look whether a second system uses the same account, whether somebody calls back with made-up codes, and how old the queue is.',
    },
    'codes-die': {
      what: 'Codes die in our queue before a worker takes them',
      do: 'Start more workers, and pause the broadcast until the queue is short.',
    },
    'nobody-comes-back': {
      what: 'People are sent to WeChat and nobody comes back',
      do: 'Check the web authorization domain (网页授权域名, error 10003) of the account, that it is verified (10005), and that this address is reached from outside.',
    },
    'host-does-not-redeem': {
      what: 'The enterprise’s system does not redeem its tickets',
      do: 'Tell the enterprise: its backend is down, its API key is old, or its login page loses the ticket.',
    },
    'no-workers': {
      what: 'No worker is there: logins wait',
      do: 'Start the workers (npm run start:workers), and read their log for why they ended.',
    },
    'queue-paused': {
      what: 'The queue was paused on the dashboard: logins wait',
      do: 'Resume it on the queue dashboard.',
    },
    'login-bugs': {
      what: 'Logins fail by a fault of this service',
      do: 'Read the workers’ log lines of level error, and report the fault.',
    },
  },
  zh_CN: {
    'wechat-call-fails': { what: '调用微信接口失败', do: '请查看错误码。' },
    'codes-refused': {
      what: '微信拒收大量 code（40029、40163）',
      do: '请检查是否有另一个系统使用同一服务号、是否有人用伪造的 code 回调，以及队列积压了多久。',
    },
    'codes-die': { what: 'code 在我们的队列中过期', do: '请增加 worker，并暂停群发，直到队列变短。' },
    'nobody-comes-back': {
      what: '用户已前往微信授权，但没有人返回',
      do: '请检查服务号的网页授权域名（错误 10003）、服务号是否已认证（10005），以及外网能否访问本服务的地址。',
    },
    'host-does-not-redeem': {
      what: '企业系统没有兑换登录凭证',
      do: '请通知企业：其后端可能已停机、API 密钥可能已过期，或登录页丢失了凭证。',
    },
    'no-workers': {
      what: '没有 worker 在运行：登录在等待',
      do: '请启动 worker（npm run start:workers），并查看日志了解其退出原因。',
    },
    'queue-paused': { what: '队列已在看板上暂停：登录在等待', do: '请在队列看板上恢复。' },
    'login-bugs': { what: '本服务的缺陷导致登录失败', do: '请查看 worker 的 error 级日志，并报告该缺陷。' },
  },
};

/** Before what there is to do, where it is not sure that anything is the matter. */
export const noticeWords: Readonly<Record<Language, Readonly<Partial<Record<ConditionName, string>>>>> = {
  en: {
    'wechat-call-fails':
      'Nothing to do yet: it came right when it was tried again, and nobody was turned away. If it goes on, this becomes an alarm by itself.',
    'nobody-comes-back':
      'All these came from few networks: it may be somebody who tests, or a stranger. Open a link in WeChat yourself; if that fails:',
  },
  zh_CN: {
    'wechat-call-fails': '暂时无需处理：重试后已恢复，没有用户被拒绝。若持续发生，会自动升级为告警。',
    'nobody-comes-back':
      '这些访问来自很少的网络：可能是有人在测试，也可能是陌生人。请自己在微信中打开链接；如果失败：',
  },
};
