import type { Language } from './language.ts';

export type TryWords = {
  readonly lang: string;
  readonly footer: string;
  readonly title: string;
  readonly about: string;
  readonly refused: string;
  readonly trade: string;
  readonly tradeAbout: string;
  readonly again: string;
  readonly noAnswer: string;
  readonly back: string;
};

export const tryWords: Record<Language, TryWords> = {
  en: {
    lang: 'en',
    footer: 'This is a simulator, not WeChat.',
    title: 'The callback',
    about: 'Here your program would take over. WeChat sent the browser to its callback address with:',
    refused: 'No code: the person refused.',
    trade: 'Trade the code',
    tradeAbout:
      'A code counts once, and for a few minutes. Your program’s server trades it, with the secret, for who the person is.',
    again: 'Trade it once more',
    noAnswer: 'No answer',
    back: 'Back to the panel',
  },
  zh: {
    lang: 'zh-CN',
    footer: '这是模拟器，不是微信。',
    title: '回调',
    about: '接下来由您的程序处理。微信让浏览器打开它的回调地址，并带上：',
    refused: '没有 code：用户拒绝了授权。',
    trade: '用 code 换取 access_token',
    tradeAbout: 'code 只能用一次，几分钟内有效。您程序的服务器带上 AppSecret 用它换取用户是谁。',
    again: '再换一次',
    noAnswer: '没有响应',
    back: '返回模拟器',
  },
};
