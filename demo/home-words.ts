import type { DemoLanguage } from './language.ts';

/** One box of the home page: what it is, what to click in it, in order. */
export type Box = { readonly title: string; readonly about: string; readonly steps: readonly string[] };

export type HomeWords = {
  readonly lang: string;
  readonly title: string;
  readonly about: string;
  readonly starting: string;
  readonly boxes: Record<'phone' | 'desktop' | 'oidc' | 'operator' | 'weChat' | 'numbers', Box>;
  readonly links: Record<
    | 'asPhone'
    | 'staff'
    | 'desktop'
    | 'phone'
    | 'oidc'
    | 'host'
    | 'operate'
    | 'weChat'
    | 'dashboard'
    | 'ingressMetrics'
    | 'workerMetrics',
    string
  >;
  readonly token: string;
  readonly copy: string;
  readonly copied: string;
  readonly qrCode: string;
};

export const homeWords: Record<DemoLanguage, HomeWords> = {
  en: {
    lang: 'en',
    title: 'WeChat login, the demo',
    about:
      'A company sends its people a link in WeChat; each taps it, allows, and is logged in to the company’s own system. All of it runs on this machine; WeChat is simulated.',
    starting: 'The demo is starting …',
    boxes: {
      phone: {
        title: 'Phone',
        about:
          'The message was tapped. Somebody whom the company’s system has never seen gets a user at once.',
        steps: [
          'This browser is not WeChat, so a QR code comes first: “Continue in this browser”.',
          'The simulated WeChat asks: choose who you are, then 允许 (allow).',
          'The waiting page takes you to the company’s system.',
          'Log out there, and log in again as the same person, who is known now.',
          'Once more with 拒绝 (refuse), or 以网页快照打开 (snapshot page): nobody is bound.',
        ],
      },
      desktop: {
        title: 'Desktop',
        about: 'The same link on a computer: a QR code that a phone scans logs this browser in.',
        steps: [
          'Open the desktop’s link, and take a screenshot of its code (Windows: Win+Shift+S, macOS: Ctrl+Shift+Cmd+4).',
          'In the phone that scans: choose whose it is, paste the screenshot (Ctrl-V), and click “Scan”.',
          '“Allow sign-in” shows three digits: type them on the desktop.',
        ],
      },
      oidc: {
        title: 'OpenID Connect',
        about: 'Another system with a stock client, which knows nothing of this service but its issuer.',
        steps: ['Log in there, by phone or desktop as above.'],
      },
      operator: {
        title: 'Operator',
        about: 'What fails, for whom, since when, and what to do.',
        steps: [
          'Sign in with the token.',
          'Break something with a button of the simulated WeChat, log in once more, and look here: it is named within seconds.',
        ],
      },
      weChat: {
        title: 'The simulated WeChat',
        about:
          'As strict as WeChat: codes count once and for five minutes. Here a button makes it fail, and each call is listed.',
        steps: [],
      },
      numbers: {
        title: 'Queue and metrics',
        about:
          'The queue dashboard, and what Prometheus reads. The user is any name, the password the token.',
        steps: [],
      },
    },
    links: {
      asPhone: 'Open as a phone',
      staff: 'Link an existing user: alice, bob, carol',
      desktop: 'Open as a desktop',
      phone: 'The phone that scans',
      oidc: 'Open the client',
      host: 'The company’s system',
      operate: 'Open the operator’s pages',
      weChat: 'Open the simulated WeChat',
      dashboard: 'Queue dashboard',
      ingressMetrics: 'Metrics of the ingress',
      workerMetrics: 'Metrics of the workers',
    },
    token: 'Token',
    copy: 'Copy',
    copied: 'Copied',
    qrCode: 'The link as a QR code, for a phone in this network',
  },
  zh: {
    lang: 'zh-CN',
    title: '微信登录演示',
    about:
      '企业在微信里给员工发一条链接；员工点开、允许，就登录到企业自己的系统。这一切都在本机运行，微信是模拟的。',
    starting: '演示正在启动 …',
    boxes: {
      phone: {
        title: '手机',
        about: '相当于在微信里点开了那条消息。第一次来的人会立即成为新用户。',
        steps: [
          '这里不是微信，所以先看到二维码：点“仍用当前浏览器继续”。',
          '模拟微信会询问：选择您是谁，再点“允许”。',
          '等待页会带您进入企业自己的系统。',
          '在那里退出，再以同一个人登录一次：这次是已有用户。',
          '再来一次，点“拒绝”，或“以网页快照打开”：不会绑定任何人。',
        ],
      },
      desktop: {
        title: '电脑',
        about: '同一条链接在电脑上打开：手机扫描二维码，就登录这个浏览器。',
        steps: [
          '打开电脑上的链接，截取二维码（Windows：Win+Shift+S，macOS：Ctrl+Shift+Cmd+4）。',
          '在扫码的手机里：选择是谁的手机，按 Ctrl-V 粘贴截图，再点“扫码”。',
          '点“允许登录”会显示三位数字：在电脑上输入。',
        ],
      },
      oidc: {
        title: 'OpenID Connect',
        about: '另一个系统，用现成的客户端，除了 issuer 以外对本服务一无所知。',
        steps: ['在那里登录，用手机或电脑，方法同上。'],
      },
      operator: {
        title: '运维',
        about: '什么出错、影响谁、从何时起、该怎么办。',
        steps: ['用令牌登录。', '在模拟微信里点一个按钮制造故障，再登录一次，回到这里：几秒内就会指出来。'],
      },
      weChat: {
        title: '模拟微信',
        about: '和微信一样严格：code 只能用一次，五分钟有效。在这里点按钮就能让它出错，并看到每一次调用。',
        steps: [],
      },
      numbers: {
        title: '队列和指标',
        about: '队列看板，以及 Prometheus 读取的指标。用户名任意，密码是令牌。',
        steps: [],
      },
    },
    links: {
      asPhone: '模拟手机打开',
      staff: '绑定已有用户：alice、bob、carol',
      desktop: '在电脑上打开',
      phone: '扫码的手机',
      oidc: '打开客户端',
      host: '企业自己的系统',
      operate: '打开运维页面',
      weChat: '打开模拟微信',
      dashboard: '队列看板',
      ingressMetrics: 'ingress 的指标',
      workerMetrics: 'workers 的指标',
    },
    token: '令牌',
    copy: '复制',
    copied: '已复制',
    qrCode: '链接的二维码，给同一网络里的手机',
  },
};
