const en = {
  login: {
    title: 'Login',
    supportCode: 'Support code',
    status: 'How it stands',
    statuses: {
      pending: 'under way',
      ready: 'got in',
      bind: 'this WeChat is not linked yet; the host asks which user it is',
      reauthorize: 'has to authorize in WeChat again',
      snapshot: 'on WeChat’s snapshot page: nothing is known of the person there',
      failed: 'failed',
    } as Record<string, string>,
    because: 'Waits because',
    waits: {
      'wechat-unreachable': 'WeChat does not answer',
      'minute-used-up': 'the account’s calls of this minute are used up',
      'day-used-up': 'the account’s calls of this day are used up',
      'no-workers': 'no worker is there',
      'paused-by-operator': 'an operator has paused the account, or the queue',
      busy: 'others are before it',
    } as Record<string, string>,
    page: 'The person’s page says',
    tell: 'What to tell the person',
    timeline: 'What happened',
    step: 'Step',
    stepNames: { begun: 'began', 'code recorded': 'came back from WeChat', ended: 'ended' } as Record<
      string,
      string
    >,
    round: 'round',
    took: 'Took',
    outcome: 'How',
    redeemed: 'The host took the ticket',
    dies: 'Its code is worth nothing from',
    person: 'All logins of this person',
    job: 'Job',
    unbound: 'Its binding was removed meanwhile',
  },
  // Words of the person's page, and what it calls its buttons: ingress/browser/pages/words-en.ts.
  tell: {
    pending: 'You are being signed in; please keep the page open.',
    ready:
      'You are signed in at our side. If the page did not go on, please tap “Not moving on? Continue here”, or open the message again.',
    bind: 'This WeChat is not linked to an account yet; please link it on the page that opened.',
    reauthorize: 'WeChat’s authorization did not take effect; please tap “Authorize in WeChat” on the page.',
    snapshot: 'Please tap 使用完整服务 (“use full service”) at the bottom right in WeChat, and allow access.',
    refused:
      'WeChat did not allow this sign-in; please tap “Sign in again” on the page, and allow it in WeChat.',
    expired: 'This sign-in has timed out or was already used; please tap “Sign in again” on the page.',
    unavailable: 'WeChat is not taking sign-ins here at the moment; please try again in a minute.',
    misconfigured:
      'WeChat sign-in is not set up correctly here, and is being repaired; please try again later.',
    internal: 'Something went wrong on our side; please tap “Sign in again” on the page.',
  } as Record<string, string>,
};

const zh_CN: typeof en = {
  login: {
    title: '登录',
    supportCode: '支持码',
    status: '当前状态',
    statuses: {
      pending: '进行中',
      ready: '已登录',
      bind: '微信还没有绑定账号；企业系统正在询问是哪个用户',
      reauthorize: '需要在微信再授权一次',
      snapshot: '在微信的网页快照中：无法识别用户',
      failed: '失败',
    },
    because: '等待原因',
    waits: {
      'wechat-unreachable': '微信没有响应',
      'minute-used-up': '服务号本分钟的调用次数已用完',
      'day-used-up': '服务号当天的调用次数已用完',
      'no-workers': '没有 worker 在运行',
      'paused-by-operator': '运维已暂停该服务号或队列',
      busy: '前面还有其他人',
    },
    page: '用户页面上写着',
    tell: '如何答复用户',
    timeline: '经过',
    step: '步骤',
    stepNames: { begun: '开始', 'code recorded': '从微信返回', ended: '结束' },
    round: '轮次',
    took: '耗时',
    outcome: '结果',
    redeemed: '企业系统已兑换凭证',
    dies: 'code 失效时间',
    person: '该用户的全部登录',
    job: '任务',
    unbound: '其绑定已被解除',
  },
  tell: {
    pending: '正在为您登录，请不要关闭页面。',
    ready: '您在我们这边已登录成功。如果页面没有继续，请点击「没有自动跳转？点此继续」，或重新打开消息。',
    bind: '这个微信还没有绑定账号，请在打开的页面上绑定。',
    reauthorize: '这次微信授权没有生效，请点击页面上的「前往微信授权」。',
    snapshot: '请点击微信右下角的「使用完整服务」，并同意授权。',
    refused: '微信没有同意这次登录，请点击页面上的「重新登录」，并在微信中允许。',
    expired: '这次登录已经超时，或者已经使用过，请点击页面上的「重新登录」。',
    unavailable: '微信暂时无法处理这里的登录，请您一分钟后再试。',
    misconfigured: '这里的微信登录设置有误，正在修复中，请您稍后再试。',
    internal: '我们这边出了点问题，请点击页面上的「重新登录」。',
  },
};

/** The page of one login, and what support says to its person. */
export const loginWords = { en, zh_CN };
