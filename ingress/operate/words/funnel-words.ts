const en = {
  funnel: {
    title: 'How far people come',
    steps: {
      opened: 'Opened a link',
      sent: 'Sent to WeChat',
      back: 'Came back',
      queued: 'In the queue',
      exchanged: 'WeChat took the code',
      in: 'Known',
      told: 'Told where to go on',
      redeemed: 'At the host',
    },
    lost: 'lost',
    onTheirWay: 'On their way',
    between: (atWechat: string, here: string) => `${atWechat} at WeChat, ${here} here`,
    named: (label: string, count: string) => `${label}: ${count}`,
    failed: 'Turned away',
    again: 'Sent to WeChat again',
    snapshot: 'Snapshot page',
    held: 'Held in line',
    outside: 'Opened outside WeChat',
  },
};

const zh_CN: typeof en = {
  funnel: {
    title: '用户走到哪一步',
    steps: {
      opened: '打开链接',
      sent: '前往微信',
      back: '从微信返回',
      queued: '进入队列',
      exchanged: '微信接受 code',
      in: '已识别',
      told: '已告知去向',
      redeemed: '到达企业系统',
    },
    lost: '流失',
    onTheirWay: '途中',
    between: (atWechat, here) => `在微信 ${atWechat}，在本服务 ${here}`,
    named: (label, count) => `${label}：${count}`,
    failed: '登录失败',
    again: '重新授权',
    snapshot: '网页快照',
    held: '排队等候',
    outside: '在微信外打开',
  },
};

/** How far people come, and where they are lost. */
export const funnelWords = { en, zh_CN };
