import { type Html, html } from '#simulator/html.ts';
import type { DemoLanguage } from './language.ts';

export type HostWords = {
  lang: string;
  product: string;
  claim: string;
  loggedOut: string;
  logIn: string;
  logInBy: (name: string) => string;
  loggedIn: string;
  hello: (name: Html) => Html;
  logOut: string;
  today: readonly (readonly [figure: string, what: string])[];
  told: string;
  created: (isNew: boolean) => string;
  bindTitle: string;
  bindAsk: (users: string) => string;
  bindOwn: string;
  bindUser: string;
  bind: string;
  noUser: (id: string) => string;
  already: string;
  alreadyAdvice: string;
  conflict: string;
  conflictAdvice: string;
  again: string;
  againWhy: string;
  againDo: string;
  away: string;
  awayAdvice: string;
};

/** What the example hosts say, each page in one language. */
export const hostWords: Record<DemoLanguage, HostWords> = {
  en: {
    lang: 'en',
    product: 'The company’s system',
    claim: 'The workbench of our agents: clients, policies, renewals.',
    loggedOut: 'Not logged in',
    logIn: 'Log in with WeChat',
    logInBy: (name) => `Log in with WeChat: ${name}`,
    loggedIn: 'Logged in',
    hello: (name) => html`Good to see you, ${name}`,
    logOut: 'Log out',
    today: [
      ['12', 'visits today'],
      ['3', 'renewals this week'],
      ['5', 'new messages'],
    ],
    told: 'What the login service told',
    created: (isNew) => (isNew ? 'a new user' : 'known before'),
    bindTitle: 'Which user is this WeChat?',
    bindAsk: (users) => `It is not linked to a user yet. Users are ${users}.`,
    bindOwn: 'Go on only if this is your own WeChat.',
    bindUser: 'User',
    bind: 'Link and log in',
    noUser: (id) => `There is no user “${id}”.`,
    already: 'You are logged in already',
    alreadyAdvice: 'To link another WeChat, log out first and open the link again.',
    conflict: 'This WeChat belongs to another user',
    conflictAdvice: 'That user has to unlink it first.',
    again: 'Please log in again',
    againWhy: 'The ticket is used or has expired.',
    againDo: 'Log in again',
    away: 'The login service is away',
    awayAdvice: 'Please try again shortly.',
  },
  zh: {
    lang: 'zh-CN',
    product: '企业自己的系统',
    claim: '代理人的工作台：客户、保单、续期。',
    loggedOut: '未登录',
    logIn: '微信登录',
    logInBy: (name) => `微信登录：${name}`,
    loggedIn: '已登录',
    hello: (name) => html`您好，${name}`,
    logOut: '退出',
    today: [
      ['12', '今日拜访'],
      ['3', '本周续期'],
      ['5', '新消息'],
    ],
    told: '登录服务告知的内容',
    created: (isNew) => (isNew ? '新用户' : '已有用户'),
    bindTitle: '这个微信是哪位用户？',
    bindAsk: (users) => `它还没有绑定用户。用户有 ${users}。`,
    bindOwn: '只有这是您自己的微信时才继续。',
    bindUser: '用户',
    bind: '绑定并登录',
    noUser: (id) => `没有用户“${id}”。`,
    already: '您已登录',
    alreadyAdvice: '要绑定另一个微信，请先退出，再重新打开链接。',
    conflict: '这个微信已绑定其他用户',
    conflictAdvice: '请先由该用户解除绑定。',
    again: '请重新登录',
    againWhy: '登录凭证已使用或已过期。',
    againDo: '重新登录',
    away: '暂时无法登录',
    awayAdvice: '请稍后再试。',
  },
};
