/** Chinese sets no spaces: one stays only beside the end of a name that is of other letters. */
const closeUp = (text: string): string =>
  text.replaceAll(/ (?=\u2068[\p{scx=Han}（《「])|(?<=[\p{scx=Han}）》」]\u2069) /gu, '');

/** What a page says, in Chinese. Names arrive isolated (see render-page.ts), so a sentence may hold them as they are. */
export const zh = {
  htmlLang: 'zh-CN',
  otherLanguage: { code: 'en', name: 'EN' },
  footer: '通过微信安全登录',
  supportCode: '支持码',
  startAgain: '重新登录',
  back: '不登录，返回',
  leadOn: '没有自动跳转？点此继续',
  beginThereAgain: '请回到您要登录的应用，在那里重新开始登录。',
  openMessageAgain: '请返回微信，从消息中重新打开登录链接。',

  pending: {
    title: '正在登录',
    text: '正在向微信确认您的身份，确认后会自动进入，请不要关闭页面。',
    steps: {
      allowed: '已授权',
      checking: '微信确认中',
      opening: (name: string) => (name ? closeUp(`进入 ${name}`) : '进入'),
    },
    waited: '已等待',
    slow: '这次比平时慢一些，您可以继续等待，不需要任何操作。',
    slower: '您仍在排队中，重新打开链接并不会更快。',
    offline: '网络不太稳定，正在重新连接…',
    reload: '长时间没有反应？点此刷新',
    wayOut: '不想再等？重新登录',
  },
  ready: { title: '登录成功', who: (who: string) => `${who}，您好`, text: '正在为您打开页面…' },
  bind: {
    title: '还差一步',
    text: '这个微信还没有绑定账号，正在带您前往绑定页面…',
  },
  again: {
    title: '还需要微信确认一次',
    text: '即将自动带您回到微信确认，稍等即可。',
  },
  tap: {
    title: '请再授权一次',
    text: '这次微信授权没有生效。请点击下方按钮，回到微信重新确认。',
    action: '前往微信授权',
  },
  snapshot: {
    title: '请点击右下角「使用完整服务」',
    text: '微信当前打开的是网页快照，只能浏览。点击右下角的「使用完整服务」并同意授权，即可继续登录。',
    note: '快照中没有获取或绑定您的任何账号信息。',
  },
  failed: {
    title: '登录没有成功',
    misconfigured: '这里的微信登录设置有误，暂时无法使用。问题解决之前重试可能无效，请联系管理员处理。',
    refused: '微信没有同意这次登录，可能是授权被取消，也可能是这个微信号暂时受限。',
    unavailable: '微信暂时无法处理这里的登录，请稍后再试。',
    expired: '这次登录已经超时，或者已经使用过。重新登录即可，不会影响您的账号。',
    internal: '我们这边出了点问题，与您的操作无关，请再试一次。',
    gone: '没有找到这次登录的记录，它可能已经过期，请重新登录。',
  },

  outside: {
    title: '请用微信打开',
    text: (name: string) => closeUp(`登录 ${name} 需要用到微信，请用手机微信扫描二维码。`),
    qr: '登录链接的二维码',
    onPhone: '正在用手机？复制下面的链接，发到微信里打开：',
    copy: '复制链接',
    copied: '已复制，请到微信里打开',
    otherDevice: (name: string) => closeUp(`也可以用另一部手机的微信扫码，在那部手机上登录 ${name}：`),
    action: '仍用当前浏览器继续',
    note: '在微信之外打开，可能无法完成授权。',
  },
  scan: {
    waiting: {
      title: (name: string) => closeUp(`微信扫码登录 ${name}`),
      text: '用手机微信扫描二维码，在手机上确认后，这台电脑会自动登录。',
      qr: '用于登录这台电脑的二维码',
      noPicture: '二维码稍后出现，请稍等…',
      link: '在这台电脑上使用微信？也可以把这个链接发到微信里打开：',
    },
    asking: { title: '请看手机', text: '已经扫码，请在手机上确认登录。' },
    match: {
      title: '输入手机上的 3 位数字',
      text: (who: string) => `${who} 已在手机上同意登录。请输入手机显示的数字。`,
      label: '手机上显示的 3 位数字',
      wrong: '数字不对，还可以再试一次。',
      action: '登录',
    },
    ended: {
      title: (who: string) => `正在以 ${who} 的身份登录`,
      text: '马上进入。如果这不是您，请点取消。',
      cancel: '取消',
      leadOn: '没有自动跳转？点此继续',
    },
    denied: { title: '没有登录', text: '登录已取消，或数字输错了两次。可以换一个新的二维码再试。' },
    expired: { title: '二维码已失效', text: '这个二维码已经过期或已经用过。点击下面的按钮获取新的二维码。' },
    again: '获取新的二维码',
  },
  scanPhone: {
    asking: {
      title: (name: string) => closeUp(`在电脑上登录 ${name}？`),
      who: '登录身份',
      device: '电脑',
      unknownDevice: '无法识别的浏览器',
      opened: '登录页面打开于',
      seconds: (seconds: string) => `${seconds} 秒前`,
      minutes: (minutes: string) => `${minutes} 分钟前`,
      network: '网络',
      sameNetwork: '与这部手机相同',
      otherNetwork: '与这部手机不同',
      warning: '只有您自己刚刚在这台电脑上打开了登录页面时才允许。如果二维码是别人发给您的，请取消。',
      deny: '取消',
      allow: '允许登录',
    },
    match: {
      title: '在电脑上输入这 3 位数字',
      warning: '只在您面前的电脑上输入。不要把数字告诉任何人：知道数字的人可以用您的身份登录。',
    },
    ended: { title: '请看电脑', text: '已允许登录，请回到电脑继续。这个页面可以关闭了。' },
    denied: { title: '没有登录', text: '这次登录已经取消，电脑上不会登录。这个页面可以关闭了。' },
  },
  consent: {
    title: (name: string) => closeUp(`登录 ${name}`),
    text: (account: string) => `需要通过服务号「${account}」获取您的以下微信信息，用来确认是您本人：`,
    profile: '昵称和头像',
    profileWhy: '让您和同事认出这是您的账号',
    profileLater: '首次登录时：昵称和头像',
    profileLaterWhy: '微信会先征得您的同意；以后登录不再需要',
    id: '您在这个服务号下的专用标识 (OpenID)',
    idWhy: '下次登录时认出您；不是您的微信号，在别的服务号下也不同',
    unionid: '您在同一公司各应用间通用的标识 (UnionID)',
    unionidWhy: '让这家公司的其他应用也能认出您',
    kept: (name: string) =>
      closeUp(`这些信息由 ${name} 处理，只用于登录，保存到您的账号解除绑定为止；登录记录保存 30 天。`),
    ask: (support: string) => `如需查询、更正或删除，请联系：${support}`,
    askEnterprise: (name: string) => closeUp(`如需查询、更正或删除，请联系 ${name}。`),
    never: '不会获取您的微信号、手机号、好友或聊天内容。',
    privacy: '隐私政策',
    terms: '服务条款',
    action: '使用微信登录',
  },
  confirm: {
    title: (name: string) => closeUp(`确认登录 ${name}？`),
    text: '我们无法确认这次登录是在当前浏览器中开始的。',
    warning: '只有刚才是您自己打开这次登录时才继续。如果链接是别人发给您的，请直接关闭本页面。',
    action: '是我本人，继续登录',
  },
  onThisPhone: '在这部手机上登录',
  startAgainFor: {
    'qr-used': {
      title: '二维码已失效',
      text: '这个二维码已经过期或已经用过。请回到电脑，扫描屏幕上的新二维码。',
    },
    'too-many-scans': {
      title: '等待确认的登录太多',
      text: '有太多电脑在等您确认。请先取消或确认它们，或者三分钟后再试。',
    },
    'unknown-login': {
      title: '这次登录已经失效',
      text: '没有找到这次登录的记录，它可能已经过期或已经完成。',
    },
    expired: { title: '登录已超时', text: '授权有效期只有五分钟，已经过期。' },
    refused: { title: '您没有授权', text: '没有您的同意就无法登录。如果是误点，可以重新开始。' },
    'too-many-codes': {
      title: '尝试次数过多',
      text: '这次登录重复授权的次数过多，已经停止。请重新开始一次登录。',
    },
    'cookies-off': {
      title: '浏览器没有保存登录信息',
      text: '当前浏览器似乎禁用了 Cookie。请允许保存 Cookie，或用微信打开后再试。',
    },
  },
  logout: {
    title: '要退出登录吗？',
    text: (client: string) =>
      client
        ? closeUp(`${client} 请求您在此退出登录。您的微信不会退出。`)
        : '请确认在此退出登录。您的微信不会退出。',
    action: '退出登录',
    stay: '保持登录',
  },
  loggedOut: { title: '您已退出登录', text: '可以关闭此页面。' },
  retrying: {
    title: '马上就好',
    text: '服务正在恢复，页面会自动重试，不需要任何操作。',
    note: (seconds: string) => `${seconds} 秒后自动重试`,
  },
  hold: {
    title: '正在排队',
    because: {
      busy: (name: string) => closeUp(`现在登录 ${name} 的人比较多，轮到您时会自动继续，请不要关闭页面。`),
      'wechat-unreachable': (name: string) =>
        closeUp(`微信暂时没有响应，现在无法登录 ${name}。恢复后会自动继续，请不要关闭页面。`),
      'minute-used-up': (name: string) =>
        closeUp(
          `微信限制了每分钟登录 ${name} 的人数，这一分钟的名额已经用完。轮到您时会自动继续，请不要关闭页面。`,
        ),
      'day-used-up': (name: string) =>
        closeUp(
          `微信限制了每天登录 ${name} 的人数，今天的名额已经用完。名额恢复后本页会自动继续，您也可以稍后再来。`,
        ),
      'paused-by-operator': (name: string) =>
        closeUp(`管理员暂停了 ${name} 的登录。恢复后会自动继续，请不要关闭页面。`),
      'no-workers': (name: string) =>
        closeUp(`我们的部分服务正在重启，暂时无法登录 ${name}。恢复后会自动继续，请不要关闭页面。`),
    },
    place: '当前位置',
    wait: '预计等待',
    seconds: (seconds: string) => `${seconds} 秒`,
    minutes: (minutes: string) => `约 ${minutes} 分钟`,
  },
  problem: {
    bad: { title: '链接不正确', text: '这个链接不完整或已被改动。' },
    missing: { title: '页面不存在', text: '没有找到您要打开的登录页面，链接可能有误。' },
    long: { title: '链接太长', text: '这个链接或请求的内容太长，无法打开。' },
    many: { title: '操作太频繁', text: '请稍等片刻再试。' },
    busy: { title: '暂时无法登录', text: '服务正在恢复，请稍等片刻再试。' },
    broken: { title: '出了点问题', text: '这是我们这边的问题，与您的操作无关，请稍后再试。' },
    again: '再试一次',
    code: '错误码',
  },
};
