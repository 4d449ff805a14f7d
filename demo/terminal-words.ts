import type { DemoLanguage } from './language.ts';

export type TerminalWords = {
  cannotStart: string;
  triesStores: string;
  starts: (stores: readonly string[]) => string;
  ownSpace: (name: string) => string;
  notRemoved: (name: string, why: string) => string;
  startsProcesses: string;
  portTaken: (port: number, what: keyof TerminalWords['listeners'], other: number) => string;
  besideAnother: (port: number, other: number) => string;
  listeners: Record<'public' | 'admin' | 'workerAdmin' | 'simulator' | 'host' | 'oidc', string>;
  /** Instead of the log's own line, which names a state. */
  accountRefused: string;
  changed: string;
  readyAgain: string;
  ending: string;
  ended: string;
  running: (told: {
    homeUrl: string;
    operateUrl: string;
    adminToken: string;
    logFolder: string;
    pids: { ingress: number | undefined; workers: number | undefined };
    isOnlyHere: boolean;
    seconds: number;
  }) => string;
};

/** What the demo says in the terminal; no line is wider than 60 columns but for a path or an address that is. */
export const terminalWords: Record<DemoLanguage, TerminalWords> = {
  en: {
    cannotStart: 'The demo cannot start:',
    triesStores: 'Trying the stores that run already …',
    starts: (stores) => `Starting ${stores.join(' and ')} …`,
    ownSpace: (name) => `All it writes there is named ${name} and removed at the end.`,
    notRemoved: (name, why) => `What is named ${name} could not be removed: ${why}`,
    startsProcesses: 'Starting the ingress and the workers …',
    portTaken: (port, what, other) =>
      `Port ${port} is in use: the ${terminalWords.en.listeners[what]} takes ${other}.`,
    besideAnother: (port, other) =>
      `Port ${port} is in use, by another demo perhaps:\nthis one is at ${other}, and its other ports are free ones.`,
    listeners: {
      public: 'ingress',
      admin: 'admin listener',
      workerAdmin: "workers' admin listener",
      simulator: 'simulator',
      host: 'example host',
      oidc: 'example OpenID Connect host',
    },
    accountRefused: 'WeChat does not serve the account: see the operator’s page.',
    changed: 'A file changed. Starting again …',
    readyAgain: 'Ready again.',
    ending: 'Ending …',
    ended: 'Everything is ended.',
    running: ({ homeUrl, operateUrl, adminToken, logFolder, pids, isOnlyHere, seconds }) => `
The demo is running, ready after ${seconds} s. Open in a browser:

    ${homeUrl}

There is everything to click: a phone, a desktop, an OpenID
Connect client, the operator and the simulated WeChat.

  The operator: ${operateUrl}
    signs in with: ${adminToken}
${isOnlyHere ? '  With a phone of yours: DEMO_ADDRESS=<this machine’s\n  address in your network> npm run demo\n' : ''}  Logs: ${logFolder}
    of process ${pids.ingress} (ingress), ${pids.workers} (workers)

Ctrl-C ends everything and leaves nothing behind.
`,
  },
  zh: {
    cannotStart: '演示无法启动：',
    triesStores: '正在连接已有的存储 …',
    starts: (stores) => `正在启动 ${stores.join(' 和 ')} …`,
    ownSpace: (name) => `写入的内容都以 ${name} 命名，结束时删除。`,
    notRemoved: (name, why) => `以 ${name} 命名的内容未能删除：${why}`,
    startsProcesses: '正在启动 ingress 和 workers …',
    portTaken: (port, what, other) =>
      `端口 ${port} 已被占用：${terminalWords.zh.listeners[what]}改用 ${other}。`,
    besideAnother: (port, other) =>
      `端口 ${port} 已被占用，也许是另一个演示：\n本演示在 ${other}，其余端口也另选空闲的。`,
    listeners: {
      public: ' ingress ',
      admin: '管理端口',
      workerAdmin: ' workers 的管理端口',
      simulator: '模拟微信',
      host: '示例系统',
      oidc: '示例 OpenID Connect 系统',
    },
    accountRefused: '微信不接受该服务号的调用：原因见运维页面。',
    changed: '文件有改动，正在重新启动 …',
    readyAgain: '已重新就绪。',
    ending: '正在结束 …',
    ended: '已全部结束。',
    running: ({ homeUrl, operateUrl, adminToken, logFolder, pids, isOnlyHere, seconds }) => `
演示已就绪，用时 ${seconds} 秒。请在浏览器中打开：

    ${homeUrl}

要点的都在那里：手机、电脑、OpenID Connect 客户端、
运维页面和模拟微信。

  运维：${operateUrl}
    登录令牌：${adminToken}
${isOnlyHere ? '  用自己的手机试：\n  DEMO_ADDRESS=<本机的局域网地址> npm run demo\n' : ''}  日志：${logFolder}
    进程 ${pids.ingress}（ingress）、${pids.workers}（workers）

按 Ctrl-C 全部结束，什么也不留下。
`,
  },
};
