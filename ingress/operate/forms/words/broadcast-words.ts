const en = {
  broadcastHint:
    'Before an enterprise sends a message to many: in which waves its account can take them. While it runs: how far its people are.',
  newBroadcast: 'Plan one',
  through: 'People through',
  /** Of `n` logins. */
  unnamed: (n: string) =>
    `Of ${n} logins it is not known whose they are, so each counts as one more person: they ended before this was planned, or in a worker of an older release.`,
  /** In place of a number. */
  forgotten: 'no longer known',
  plannedEnd: 'Planned end',
  projectedEnd: 'Projected end',
  isThrough: 'All but the last stragglers are through',
  nobodyComes: 'Nobody can say: hardly anybody comes any more',
  doesNotFit:
    'The account cannot take so many in this time: send in these waves, or ask WeChat for a higher limit.',
  waves: 'Waves',
  endedAt: 'Declared over at',
  endBroadcast: 'Declare it over',
  steps: {
    opened: 'Opened',
    held: 'Held (requests)',
    sent: 'Sent to WeChat',
    back: 'Came back',
    ready: 'Logged in',
    bind: 'To bind',
    failed: 'Failed',
  },
  fields: {
    people: 'People',
    begins_at: 'Begins',
    minutes: 'Minutes in which it is to be sent',
    per_minute: 'Logins a minute that the account takes',
  },
  /** What a field must be: shown beside it, and with a fault. */
  hints: {
    people: 'A whole number.',
    begins_at: 'As 2026-11-27T09:00:00Z or with +08:00; empty: now.',
    minutes: '1 to 1440.',
    per_minute: 'Empty: what it is known to take.',
  },
};

const zh_CN: typeof en = {
  broadcastHint: '企业向大量用户群发消息之前：应分几批发送，服务号才承受得住。发送期间：用户进展如何。',
  newBroadcast: '计划群发',
  through: '已完成人数',
  unnamed: (n: string) =>
    `有 ${n} 次登录不知属于何人，每次按一人计算：它们发生在计划建立之前，或由旧版本的 worker 处理。`,
  forgotten: '已无记录',
  plannedEnd: '计划结束时间',
  projectedEnd: '预计结束时间',
  isThrough: '除少数迟到者外均已完成',
  nobodyComes: '无法预计：几乎没有人再来',
  doesNotFit: '服务号在该时间内承受不了这么多人：请按以下批次发送，或向微信申请更高额度。',
  waves: '批次',
  endedAt: '宣布结束于',
  endBroadcast: '宣布结束',
  steps: {
    opened: '已打开',
    held: '排队等候（请求数）',
    sent: '已前往微信',
    back: '已返回',
    ready: '已登录',
    bind: '待绑定',
    failed: '失败',
  },
  fields: {
    people: '人数',
    begins_at: '开始时间',
    minutes: '计划在几分钟内发送',
    per_minute: '服务号每分钟可处理的登录数',
  },
  hints: {
    people: '整数。',
    begins_at: '如 2026-11-27T09:00:00+08:00；留空表示现在。',
    minutes: '1 至 1440。',
    per_minute: '留空：使用已知的数值。',
  },
};

/** Planning a broadcast, and watching it. */
export const broadcastWords = { en, zh_CN };
