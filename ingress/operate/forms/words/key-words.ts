const en = {
  shownOnce: 'It is shown once, here. Hand it over now.',
  oldUntil: 'The one before works until',
  key: 'New key or secret',
  testAgain: 'Test again',
  fields: {
    keep_old_for_hours: 'Hours for which the one before works on',
  },
  /** What a field must be: shown beside it, and with a fault. */
  hints: {
    keep_old_for_hours: '0 to 168; 0 ends it at once.',
  },
};

const zh_CN: typeof en = {
  shownOnce: '仅在此显示一次，请立即交给对方。',
  oldUntil: '之前的密钥有效至',
  key: '新密钥',
  testAgain: '再次测试',
  fields: {
    keep_old_for_hours: '旧密钥继续有效的小时数',
  },
  hints: {
    keep_old_for_hours: '0 至 168；0 表示立即失效。',
  },
};

/** A new key or secret, and its test. */
export const keyWords = { en, zh_CN };
