const en = {
  /** Of `n` codes, before the time at which the last of them does. */
  codesDie: (n: string) => `If its calls are paused, ${n} codes die, the last of them at`,
  noCodeDies: 'No code of it is on its way: if its calls are paused now, none dies (type 0).',
  /** Before the time at which a pause is over by itself. */
  endsAt: 'As it is now, it ends at',
  /** What a choice is called, by its field. */
  options: {
    level: {
      door: 'The door: no login begins, those under way finish',
      calls: 'The calls, too: nothing is asked of WeChat, and codes die',
    },
    ends_unit: { minutes: 'minutes', hours: 'hours' },
  },
  fields: {
    level: 'What is paused',
    sentence: 'Sentence for the people who are held',
    ends_in: 'It ends by itself in',
    ends_unit: 'Minutes or hours',
    codes: 'To pause the calls, type how many codes die',
    reason: 'Reason',
  },
  /** What a field must be: shown beside it, and with a fault. */
  hints: {
    sentence: 'At most 200 characters, shown as it is; for example until when.',
    ends_in:
      'A whole number, of 366 days at most. Empty: as it is now, a new pause when it is resumed. 0: when it is resumed.',
    codes: 'The number that is told above. Not needed for the door.',
    reason: 'For other operators; at most 200 characters.',
  },
};

const zh_CN: typeof en = {
  codesDie: (n) => `如果连调用也暂停，将有 ${n} 个 code 失效，最后一个失效于`,
  endsAt: '目前的结束时间：',
  noCodeDies: '当前没有正在处理的 code：此刻暂停调用不会使任何 code 失效（请输入 0）。',
  options: {
    level: {
      door: '入口：不再开始新登录，进行中的登录照常完成',
      calls: '连同调用：不再请求微信，code 会失效',
    },
    ends_unit: { minutes: '分钟', hours: '小时' },
  },
  fields: {
    level: '暂停什么',
    sentence: '给等待用户看的一句话',
    ends_in: '多久后自动结束',
    ends_unit: '分钟或小时',
    codes: '如要暂停调用，请输入将失效的 code 数量',
    reason: '原因',
  },
  hints: {
    sentence: '最多 200 个字符，原样显示；例如到几点为止。',
    ends_in: '整数，最长 366 天。留空：保持不变，新的暂停则到恢复为止。0：到恢复为止。',
    codes: '即上面显示的数量。只暂停入口时不需要。',
    reason: '供其他运维人员查看；最多 200 个字符。',
  },
};

/** Pausing an account. */
export const pauseWords = { en, zh_CN };
