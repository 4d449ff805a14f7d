const en = {
  troubles: {
    title: 'What went wrong',
    what: 'What',
    times: 'Times',
    means: 'Meaning',
    todo: 'What to do',
    none: 'Nothing went wrong in this time.',
    endpoints: { token: 'code → token', refresh: 'refresh', userinfo: 'userinfo' } as Record<string, string>,
    failed: 'turned away',
    again: 'sent again',
    reasons: {
      misconfigured: 'WeChat sign-in is not set up correctly',
      refused: 'WeChat did not allow it: declined, or the person is restricted',
      unavailable: 'WeChat is not taking sign-ins',
      expired: 'timed out, or already used',
      internal: 'a fault of this service',
      invalid: 'the code was not taken',
      used: 'the code was used before',
      'unknown-outcome': 'WeChat did not answer',
      quota: 'calls were used up',
      'dead-token': 'the token was dead',
      code: 'the code was lost',
    } as Record<string, string>,
  },
  failures: {
    title: 'Last 50 that failed',
    at: 'When',
    code: 'Support code',
    reason: 'Why',
    errcode: 'WeChat said',
    none: 'None in 30 days.',
  },
};

const zh_CN: typeof en = {
  troubles: {
    title: '失败原因',
    what: '原因',
    times: '次数',
    means: '含义',
    todo: '处理办法',
    none: '这段时间没有失败。',
    endpoints: { token: 'code → token', refresh: 'refresh', userinfo: 'userinfo' },
    failed: '登录失败',
    again: '重新授权',
    reasons: {
      misconfigured: '微信登录设置有误',
      refused: '微信没有同意：授权被取消，或微信号受限',
      unavailable: '微信暂时无法处理登录',
      expired: '超时，或已经使用过',
      internal: '本服务的缺陷',
      invalid: 'code 未被接受',
      used: 'code 已被使用',
      'unknown-outcome': '微信没有响应',
      quota: '调用次数已用完',
      'dead-token': '令牌已失效',
      code: 'code 丢失',
    },
  },
  failures: {
    title: '最近 50 次失败',
    at: '时间',
    code: '支持码',
    reason: '原因',
    errcode: '微信返回',
    none: '30 天内没有。',
  },
};

/** What went wrong, summed up and login by login. */
export const troubleWords = { en, zh_CN };
