import type { PresetName } from './fault-presets.ts';
import type { Language } from './language.ts';

export type PanelWords = {
  readonly lang: string;
  readonly title: string;
  readonly about: string;
  readonly steers: string;
  readonly footer: string;
  readonly accounts: string;
  readonly noAccount: string;
  readonly website: string;
  readonly domains: string;
  readonly tryLogin: string;
  readonly ownLink: string;
  readonly snapshots: string;
  readonly snapshotsAbout: string;
  readonly faults: string;
  readonly faultsAbout: string;
  readonly howOften: string;
  readonly often: readonly (readonly [count: string, words: string])[];
  readonly ofAccount: string;
  readonly everyAccount: string;
  readonly presets: Record<PresetName, readonly [name: string, what: string]>;
  readonly active: string;
  readonly nothingActive: string;
  readonly struck: (times: number) => string;
  readonly left: (times: number) => string;
  readonly untilCleared: string;
  readonly turnOff: string;
  readonly clearAll: string;
  readonly calls: string;
  readonly callsAbout: string;
  readonly noCalls: string;
  readonly columns: Record<'time' | 'endpoint' | 'account' | 'person' | 'code' | 'answer' | 'ms', string>;
  readonly unanswered: string;
  readonly phone: {
    readonly title: string;
    readonly about: string;
    readonly who: string;
    readonly other: string;
    readonly link: string;
    readonly linkHint: string;
    readonly scan: string;
    readonly paste: string;
    readonly noCode: string;
  };
};

export const panelWords: Record<Language, PanelWords> = {
  en: {
    lang: 'en',
    title: 'WeChat simulator',
    about: 'Your program takes this address for both of WeChat’s, open.weixin.qq.com and api.weixin.qq.com:',
    steers: 'All that is on this page can be done by programs, too: /_simulator/…, simulator/README.md.',
    footer: 'This is a simulator, not WeChat.',
    accounts: 'Accounts',
    noAccount: 'None yet. One is made by:',
    website: 'website application',
    domains: 'callback domains',
    tryLogin: 'Try a login here',
    ownLink: 'Log in to your program',
    snapshots: 'Snapshot pages',
    snapshotsAbout: 'Who looks at a snapshot goes on to the whole page by WeChat’s button:',
    faults: 'Break something',
    faultsAbout: 'A button breaks it at once, the same button repairs it.',
    howOften: 'How often',
    often: [
      ['', 'until it is cleared'],
      ['1', 'once'],
      ['3', '3 times'],
      ['10', '10 times'],
    ],
    ofAccount: 'Account',
    everyAccount: 'every account',
    presets: {
      busy: ['-1', 'WeChat is busy'],
      quotaDay: ['45009', 'the day’s calls are used up'],
      quotaMinute: ['45011', 'too many calls this minute'],
      secret: ['40125', 'the AppSecret is wrong'],
      address: ['40164', 'the server’s IP is not allowed'],
      unauthorized: ['48001', 'no right to read the profile'],
      slow: ['Slow', 'each call takes 5 s longer'],
      hang: ['Hang', 'no answer ever comes'],
      reset: ['Reset', 'the connection is cut'],
      snapshot: ['Snapshot page', 'people only look, with an ID that is nobody’s'],
      doubleCallback: ['Double callback', 'WeChat opens the callback a second time'],
      nickname: ['Odd nickname', 'control characters, half an emoji, markup'],
    },
    active: 'Broken now',
    nothingActive: 'Nothing: all calls are answered as they should be.',
    struck: (times) => `happened ${times === 1 ? 'once' : `${times} times`}`,
    left: (times) => `${times} to come`,
    untilCleared: 'until it is cleared',
    turnOff: 'Repair',
    clearAll: 'Repair everything',
    calls: 'Calls',
    callsAbout:
      'The last 50, the newest first. Codes are shown by their beginning, secrets and tokens not at all.',
    noCalls: 'None yet. Try a login here.',
    columns: {
      time: 'Time',
      endpoint: 'Endpoint',
      account: 'Account',
      person: 'Person',
      code: 'Code',
      answer: 'errcode',
      ms: 'ms',
    },
    unanswered: 'no answer',
    phone: {
      title: 'A phone that scans',
      about: 'The phone is the simulator’s; the computer is another browser, or another tab.',
      who: 'Whose phone?',
      other: 'anybody else',
      link: 'Link',
      linkHint: 'the link that the QR code holds',
      scan: 'Scan',
      paste: 'Or paste a screenshot of the code (Ctrl-V).',
      noCode: 'no QR code in the picture',
    },
  },
  zh: {
    lang: 'zh-CN',
    title: '微信模拟器',
    about: '在您的程序里，用这个地址代替微信的两个域名 open.weixin.qq.com 和 api.weixin.qq.com：',
    steers: '本页的一切也可以用程序完成：/_simulator/…，见 simulator/README.zh-CN.md。',
    footer: '这是模拟器，不是微信。',
    accounts: '账号',
    noAccount: '还没有账号。这样创建一个：',
    website: '网站应用',
    domains: '网页授权域名',
    tryLogin: '在这里试一次登录',
    ownLink: '登录您的程序',
    snapshots: '网页快照',
    snapshotsAbout: '看到快照的人，点微信的按钮进入完整页面：',
    faults: '制造故障',
    faultsAbout: '点一下立即出错，再点一下恢复正常。',
    howOften: '次数',
    often: [
      ['', '直到恢复'],
      ['1', '1 次'],
      ['3', '3 次'],
      ['10', '10 次'],
    ],
    ofAccount: '账号',
    everyAccount: '所有账号',
    presets: {
      busy: ['-1', '微信系统繁忙'],
      quotaDay: ['45009', '当天调用次数已用完'],
      quotaMinute: ['45011', '这一分钟调用太频繁'],
      secret: ['40125', 'AppSecret 不正确'],
      address: ['40164', '服务器 IP 不在白名单'],
      unauthorized: ['48001', '没有读取用户信息的权限'],
      slow: ['变慢', '每次调用多用 5 秒'],
      hang: ['挂起', '永远没有响应'],
      reset: ['断开', '连接被重置'],
      snapshot: ['网页快照', '只可浏览，openid 不属于任何人'],
      doubleCallback: ['重复回调', '微信再访问一次回调地址'],
      nickname: ['怪异昵称', '控制字符、半个表情、标签'],
    },
    active: '当前故障',
    nothingActive: '没有：所有调用都正常响应。',
    struck: (times) => `已发生 ${times} 次`,
    left: (times) => `还有 ${times} 次`,
    untilCleared: '直到恢复',
    turnOff: '恢复',
    clearAll: '全部恢复',
    calls: '调用记录',
    callsAbout: '最近 50 次，最新的在前。code 只显示开头，AppSecret 和令牌不显示。',
    noCalls: '还没有。在这里试一次登录吧。',
    columns: {
      time: '时间',
      endpoint: '接口',
      account: '账号',
      person: '用户',
      code: 'code',
      answer: 'errcode',
      ms: '毫秒',
    },
    unanswered: '无响应',
    phone: {
      title: '扫码的手机',
      about: '手机由模拟器扮演；电脑是另一个浏览器，或另一个标签页。',
      who: '谁的手机？',
      other: '其他人',
      link: '链接',
      linkHint: '二维码里的链接',
      scan: '扫码',
      paste: '也可以粘贴二维码的截图（Ctrl-V）。',
      noCode: '图片里没有二维码',
    },
  },
};
