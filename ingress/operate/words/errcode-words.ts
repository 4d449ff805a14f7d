import type { Language } from '#ingress/browser/pages/language.ts';

/** Who can do something about it. */
export type WhoActs = 'operator' | 'wait' | 'person' | 'nobody';
/**
 * Of an errcode or a cause: what it means, who acts and what to do; `tell`, to a person who calls, only where that is more
 * than the reason says of which the person's page has read.
 */
export type ErrcodeWords = {
  readonly means: string;
  readonly who: WhoActs;
  readonly do: string;
  readonly tell?: string;
};
/** Which of an account's forms an incident leads to: the one for a new secret, the test that says more of what is wrong. */
export type ErrcodeDeed = 'secret' | 'test';
type Both = { readonly who: WhoActs; readonly deeds?: readonly ErrcodeDeed[] } & Readonly<
  Record<Language, Omit<ErrcodeWords, 'who'>>
>;

const secretWrong: Both = {
  who: 'operator',
  deeds: ['secret', 'test'],
  en: {
    means: 'The AppSecret is wrong or was reset',
    do: 'Enter the new AppSecret of the account, which its administrator has from mp.weixin.qq.com, and test it.',
  },
  zh_CN: {
    means: 'AppSecret 错误或已被重置',
    do: '请向服务号的管理员索取新 AppSecret（来自 mp.weixin.qq.com），填写到这里并测试。',
  },
};
const secretFrozen: Both = {
  who: 'operator',
  deeds: ['test'],
  en: {
    means: 'The AppSecret is frozen',
    do: 'Unfreeze it in the WeChat console (mp.weixin.qq.com).',
  },
  zh_CN: { means: 'AppSecret 已被冻结', do: '请在微信公众平台解冻 AppSecret。' },
};
const appidUnknown: Both = {
  who: 'operator',
  deeds: ['test'],
  en: { means: 'WeChat does not know the appid', do: 'Check the appid of the account.' },
  zh_CN: { means: '微信不认识该 appid', do: '请核对服务号的 appid。' },
};
const notOnIpList: Both = {
  who: 'operator',
  deeds: ['test'],
  en: {
    means: 'The address that our workers call from is not on the account’s IP list',
    do: 'Add the workers’ outgoing addresses to the IP list (IP 白名单) in the WeChat console.',
  },
  zh_CN: {
    means: 'worker 的出口 IP 不在服务号的白名单中',
    do: '请在微信公众平台将 worker 的出口 IP 加入 IP 白名单。',
  },
};
const noPermission: Both = {
  who: 'operator',
  en: {
    means: 'The account lacks the permission for web authorization, or for the userinfo',
    do: 'See that the account is a verified service account (服务号), and that the enterprise’s scope is snsapi_userinfo.',
  },
  zh_CN: {
    means: '服务号没有网页授权或获取用户信息的权限',
    do: '请确认该账号是已认证的服务号，且企业的 scope 为 snsapi_userinfo。',
  },
};
const banned: Both = {
  who: 'operator',
  en: {
    means: 'WeChat has blocked the account’s interface',
    do: 'Read the notice in the WeChat console.',
  },
  zh_CN: { means: '微信已封禁该服务号的接口', do: '请查看微信公众平台的通知。' },
};
const minuteUsedUp: Both = {
  who: 'wait',
  en: {
    means: 'The account’s calls of this minute are used up',
    do: 'Nothing: it slows down by itself. Spread the broadcast over more time, or ask WeChat for a higher limit.',
  },
  zh_CN: {
    means: '服务号本分钟的调用次数已用完',
    do: '无需处理：系统会自动放慢。请把群发分散到更长时间，或向微信申请更高额度。',
  },
};
const dayUsedUp: Both = {
  who: 'operator',
  en: {
    means: 'The account’s calls of this day are used up',
    do: 'Raise the limit, or clear it (clear_quota, ten times a month). Until then people are turned away.',
    tell: 'WeChat lets only so many people a day sign in here, and today’s are used up; please use another way, or try again tomorrow.',
  },
  zh_CN: {
    means: '服务号当天的调用次数已用完',
    do: '请提高额度或清零（clear_quota，每月十次）。在此之前用户无法登录。',
    tell: '微信限制了每天登录的人数，今天的名额已经用完，请您使用其他方式，或明天再试。',
  },
};
const pausedByOperator: Both = {
  who: 'operator',
  en: {
    means: 'An operator has paused the account',
    do: 'Resume it on its page when it may be used again.',
    tell: 'Signing in was paused by its administrator for a while; please try again later.',
  },
  zh_CN: {
    means: '服务号已被运维暂停',
    do: '可以恢复使用时，请在其页面上恢复。',
    tell: '管理员暂停了登录，请您稍后再试。',
  },
};
const wechatDown: Both = {
  who: 'wait',
  en: {
    means: 'WeChat, or the way to it, is down or slow',
    do: 'Check DNS, the way out and the proxy of the workers, and WeChat’s status. Calls begin again by themselves.',
  },
  zh_CN: {
    means: '微信或到微信的网络中断或缓慢',
    do: '请检查 worker 的 DNS、出口网络和代理，以及微信的状态。恢复后会自动继续。',
  },
};
const codeUsed: Both = {
  who: 'nobody',
  en: {
    means: 'The code was used already, is too old, or is another account’s',
    do: 'Nothing below some hundredths. Above: a slow queue, or a second system that uses the account.',
  },
  zh_CN: {
    means: 'code 已被使用、已过期或属于其他服务号',
    do: '占比为百分之几以内无需处理。超过时：队列缓慢，或有另一个系统使用该服务号。',
  },
};
const personRefused: Both = {
  who: 'person',
  en: {
    means: 'WeChat refuses this person',
    do: 'Nothing: another WeChat account of the person may work.',
    tell: 'WeChat did not allow this sign-in: your WeChat account may be restricted for now. Please use another one.',
  },
  zh_CN: {
    means: '微信拒绝该用户',
    do: '无需处理：用户可换一个微信号。',
    tell: '微信没有同意这次登录：这个微信号可能暂时受限，请您换一个微信号。',
  },
};
const ofPlatform: Both = {
  who: 'operator',
  en: {
    means: 'The account belongs to a third-party platform',
    do: 'Its logins cannot run here: release it from the platform, or use another account.',
  },
  zh_CN: {
    means: '服务号已授权给第三方平台',
    do: '其登录无法在此运行：请从平台解除授权，或更换服务号。',
  },
};
const tokenDead: Both = {
  who: 'nobody',
  en: {
    means: 'The person’s token was dead by the time it was needed',
    do: 'Nothing, while they are few.',
  },
  zh_CN: { means: '使用时用户令牌已失效', do: '数量少时无需处理。' },
};
const keyMissing: Both = {
  who: 'operator',
  deeds: ['secret'],
  en: {
    means: 'A process lacks the key that sealed this account’s secret',
    do: 'Put the same SECRET_KEYS into every process, and restart.',
  },
  zh_CN: {
    means: '某个进程缺少解密该服务号 AppSecret 的密钥',
    do: '请为所有进程配置相同的 SECRET_KEYS 并重启。',
  },
};
const accountMissing: Both = {
  who: 'operator',
  en: {
    means: 'The enterprise’s account was removed',
    do: 'Make the account again, or give the enterprise another one.',
  },
  zh_CN: {
    means: '企业使用的服务号已被删除',
    do: '请重新创建服务号，或为企业指定另一个服务号。',
  },
};
const unknown: Both = {
  who: 'operator',
  en: {
    means: 'An errcode that nobody documented',
    do: 'Look it up at developers.weixin.qq.com.',
  },
  zh_CN: { means: '没有文档的错误码', do: '请在 developers.weixin.qq.com 查询。' },
};

const words = new Map<string, Both>([
  ...list(secretWrong, '40001', '40125', '41004'),
  ...list(secretFrozen, '40243'),
  ...list(appidUnknown, '40013', '41002', '40066', '40002', '41001', '41003', '41009', '43001', '43003'),
  ...list(notOnIpList, '40164', '61004'),
  ...list(noPermission, '48001'),
  ...list(banned, '48004', '50002'),
  ...list(minuteUsedUp, '45011', '48006', 'paused'),
  ...list(dayUsedUp, '45009', 'exhausted', 'day-used-up'),
  ...list(pausedByOperator, 'paused-by-operator'),
  ...list(wechatDown, '-1', '61450', 'timeout', 'network', 'http', 'malformed', 'unreachable'),
  ...list(codeUsed, '40029', '40163', '41008', '42003', '61009', '61010', 'code-expired', 'code-spent'),
  ...list(personRefused, '40226', '50003', '50004', '50005'),
  ...list(ofPlatform, '41018', '61003', '61005', '61006', '61007', '61014', '61451'),
  ...list(tokenDead, '40003', '40014', '40030', '42001', '42002', '42007', '50001'),
  ...list(keyMissing, 'unsealable'),
  ...list(accountMissing, 'unknown-account'),
]);

function list(told: Both, ...causes: readonly string[]): [string, Both][] {
  return causes.map((cause) => [cause, told]);
}

/** `cause`: an errcode as text, or a word of models/login/trouble.ts or models/account/state.ts. */
export function errcodeWords(lang: Language, cause: string): ErrcodeWords {
  const { who, [lang]: told } = words.get(cause) ?? unknown;
  return { who, ...told };
}

export const deedsOfErrcode = (cause: string): readonly ErrcodeDeed[] => words.get(cause)?.deeds ?? [];

/** Errcodes and causes that have words of their own. */
export const knownCauses: readonly string[] = [...words.keys()];

/** What there is to do, and the addresses that it is to be done with. */
export const withAddresses = (remedy: string, addresses: readonly string[], lang: Language): string =>
  lang === 'en'
    ? `${remedy} WeChat saw: ${addresses.join(', ')}.`
    : `${remedy}微信看到的地址：${addresses.join('、')}。`;
