const en = {
  find: {
    title: 'Find a login',
    label: 'Support code, login id, user_id or openid',
    hint: 'The support code stands on the page of the person, as 3F2A-90BC-11. What you look for is sent as a form, so it stands in no address and no log. That you looked is on record.',
    entId: 'Enterprise (ent_id), if known',
    button: 'Find',
    nothing: 'Nothing was found. A login is kept for 30 days; one that was only begun for 15 minutes.',
    several: 'Several people have this',
    logins: 'Logins',
    show: 'Show the logins',
  },
  person: {
    title: 'Logins of one person',
    hint: 'The last 50 of 30 days, of one person of WeChat at one account. Who it is, is not kept here.',
    at: 'When',
    outcome: 'How it ended',
    none: 'No login of this person in 30 days.',
  },
};

const zh_CN: typeof en = {
  find: {
    title: '查找登录',
    label: '支持码、登录 id、user_id 或 openid',
    hint: '支持码显示在用户的页面上，例如 3F2A-90BC-11。查找内容以表单提交，不会出现在地址和日志中。查找行为会被记录。',
    entId: '企业（ent_id），如已知',
    button: '查找',
    nothing: '没有找到。登录保留 30 天；只开始而没有结束的保留 15 分钟。',
    several: '有多个用户符合',
    logins: '登录次数',
    show: '查看登录',
  },
  person: {
    title: '一位用户的登录',
    hint: '同一服务号下同一微信用户 30 天内的最近 50 次登录。这里不保存用户身份。',
    at: '时间',
    outcome: '结果',
    none: '该用户 30 天内没有登录。',
  },
};

/** Finding a login, and the logins of one person. */
export const findWords = { en, zh_CN };
