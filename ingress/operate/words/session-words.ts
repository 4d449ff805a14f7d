const en = {
  signIn: 'Sign in',
  signOut: 'Sign out',
  signedIn: 'You are signed in',
  signedInAs: 'As',
  goOn: 'Go on',
  token: 'Token',
  tokenHint: 'ADMIN_TOKEN, or a token that somebody with ADMIN_TOKEN made for you.',
  faults: {
    wrong: 'This token does not open anything here.',
    later: 'Too many wrong tokens came from this address. Wait a minute.',
  },
};

const zh_CN: typeof en = {
  signIn: '登录',
  signOut: '退出',
  signedIn: '您已登录',
  signedInAs: '身份',
  goOn: '继续',
  token: '令牌',
  tokenHint: 'ADMIN_TOKEN，或由持有 ADMIN_TOKEN 的人为您创建的令牌。',
  faults: { wrong: '该令牌无效。', later: '该地址的错误令牌过多，请一分钟后再试。' },
};

/** Signing in and out. */
export const sessionWords = { en, zh_CN };
