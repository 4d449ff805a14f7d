import type { Language } from '#ingress/browser/pages/language.ts';
import type { OperatorRole } from '#operations/operator-roles.ts';

type Words = {
  readonly product: string;
  readonly sections: string;
  readonly roles: Readonly<Record<OperatorRole, string>>;
  readonly signIn: string;
  readonly signOut: string;
  readonly signedIn: string;
  readonly signedInAs: string;
  readonly goOn: string;
  readonly token: string;
  readonly tokenHint: string;
  readonly faults: Readonly<Record<'wrong' | 'later', string>>;
};

/** What the operator's pages say beside conditions and errcodes (ingress/operate/words). */
export const operateWords: Readonly<Record<Language, Words>> = {
  en: {
    product: 'WeChat logins',
    sections: 'Sections',
    roles: { metrics: 'metrics', viewer: 'viewer', support: 'support', operator: 'operator', root: 'root' },
    signIn: 'Sign in',
    signOut: 'Sign out',
    signedIn: 'You are signed in',
    signedInAs: 'As',
    goOn: 'Go on',
    token: 'Token',
    tokenHint: 'ADMIN_TOKEN, or a token that somebody with ADMIN_TOKEN made for you.',
    faults: {
      wrong: 'This token does not open anything here.',
      later: 'Too many wrong tokens came from this address. Wait a minute.',
    },
  },
  zh_CN: {
    product: '微信登录运维',
    sections: '栏目',
    roles: { metrics: '指标', viewer: '只读', support: '客服', operator: '运维', root: '根' },
    signIn: '登录',
    signOut: '退出',
    signedIn: '您已登录',
    signedInAs: '身份',
    goOn: '继续',
    token: '令牌',
    tokenHint: 'ADMIN_TOKEN，或由持有 ADMIN_TOKEN 的人为您创建的令牌。',
    faults: { wrong: '该令牌无效。', later: '该地址的错误令牌过多，请一分钟后再试。' },
  },
};
