import type { Language } from '#ingress/browser/pages/language.ts';

const titles = [
  'new-accounts',
  'new-enterprises',
  'new-clients',
  'change',
  'delete',
  'secret',
  'pause',
  'test',
  'verify-files',
  'rotate-key',
  'rotate-secret',
  'clients',
  'broadcasts',
] as const;
export type Title = (typeof titles)[number];

export type FormWords = {
  readonly titles: Readonly<Record<Title, string>>;
  readonly save: string;
  readonly remove: string;
  readonly cancel: string;
  readonly goOn: string;
  readonly next: string;
  readonly conflict: string;
  readonly stored: string;
  readonly yours: string;
  readonly wrong: string;
  /** All else is stored. Why follows. */
  readonly noLogo: string;
  readonly shownOnce: string;
  readonly oldUntil: string;
  readonly key: string;
  readonly testAgain: string;
  readonly noFiles: string;
  readonly newFile: string;
  readonly checkFile: string;
  readonly removeFile: string;
  readonly seenEqual: string;
  readonly seenOther: string;
  readonly broadcastHint: string;
  readonly newBroadcast: string;
  readonly through: string;
  readonly plannedEnd: string;
  readonly projectedEnd: string;
  readonly isThrough: string;
  readonly nobodyComes: string;
  readonly doesNotFit: string;
  readonly waves: string;
  readonly endedAt: string;
  readonly endBroadcast: string;
  /** Of `n` codes, before the time at which the last of them does. */
  readonly codesDie: (n: string) => string;
  readonly noCodeDies: string;
  /** What a choice is called, by its field. */
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly steps: Readonly<Record<string, string>>;
  /** Of whom an account is in use: their ids follow. */
  readonly inUse: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What a field must be: shown beside it, and with a fault. */
  readonly hints: Readonly<Record<string, string>>;
};

const addressEn = 'An absolute https address.';
const addressZh = '完整的 https 地址。';

export const formWords: Readonly<Record<Language, FormWords>> = {
  en: {
    titles: {
      'new-accounts': 'New account',
      'new-enterprises': 'New enterprise',
      'new-clients': 'New OpenID client',
      change: 'Change',
      delete: 'Remove',
      secret: 'New AppSecret',
      pause: 'Pause',
      test: 'Test the AppSecret',
      'verify-files': 'Verification files',
      'rotate-key': 'New API key',
      'rotate-secret': 'New client secret',
      clients: 'OpenID clients',
      broadcasts: 'Broadcasts',
    },
    save: 'Save',
    remove: 'Remove',
    cancel: 'Cancel',
    goOn: 'Go on',
    next: 'Next page',
    conflict:
      'Somebody has changed this meanwhile. Nothing was saved. Look at both versions; saving again puts yours in place.',
    stored: 'Stored now',
    yours: 'Yours',
    wrong: 'Nothing was saved: see the fields marked below.',
    noLogo:
      'All is saved, but there is no logo; pages show the first letter of the name. Saving again looks for it again.',
    shownOnce: 'It is shown once, here. Hand it over now.',
    oldUntil: 'The one before works until',
    key: 'New key or secret',
    testAgain: 'Test again',
    noFiles: 'There are none.',
    newFile: 'One more file',
    checkFile: 'Look as the public does',
    removeFile: 'Remove',
    seenEqual: 'The public sees it',
    seenOther: 'The public does not see it',
    broadcastHint:
      'Before an enterprise sends a message to many: in which waves its account can take them. While it runs: how far its people are.',
    newBroadcast: 'Plan one',
    through: 'Through',
    plannedEnd: 'Planned end',
    projectedEnd: 'Projected end',
    isThrough: 'All but the last stragglers are through',
    nobodyComes: 'Nobody can say: hardly anybody comes any more',
    doesNotFit:
      'The account cannot take so many in this time: send in these waves, or ask WeChat for a higher limit.',
    waves: 'Waves',
    endedAt: 'Declared over at',
    endBroadcast: 'Declare it over',
    codesDie: (n) => `If its calls are paused, ${n} codes die, the last of them at`,
    noCodeDies: 'No code of it is on its way: if its calls are paused now, none dies (type 0).',
    options: {
      level: {
        door: 'The door: no login begins, those under way finish',
        calls: 'The calls, too: nothing is asked of WeChat, and codes die',
      },
    },
    steps: {
      opened: 'Opened',
      held: 'Held (requests)',
      sent: 'Sent to WeChat',
      back: 'Came back',
      ready: 'Logged in',
      bind: 'To bind',
      failed: 'Failed',
    },
    inUse: 'Nothing was removed: it is in use by',
    fields: {
      appid: 'appid',
      ent_id: 'ent_id',
      client_id: 'client_id',
      name: 'Name',
      secret: 'AppSecret',
      level: 'What is paused',
      sentence: 'Sentence for the people who are held',
      codes: 'To pause the calls, type how many codes die',
      reason: 'Reason',
      people: 'People',
      begins_at: 'Begins',
      minutes: 'Minutes in which it is to be sent',
      per_minute: 'Logins a minute that the account takes',
      file: 'Name of the file',
      content: 'Content of the file',
      confirm: 'Type its id again',
      keep_old_for_hours: 'Hours for which the one before works on',
      login_url: 'Login address (login_url)',
      bind_url: 'Binding address (bind_url)',
      unbound: 'First login (unbound)',
      target_prefixes: 'Allowed targets (target_prefixes)',
      initiate_login_uri: 'Where logins begin (initiate_login_uri)',
      require_state: 'Only with a state (require_state)',
      scope: 'scope',
      consent_page: 'Consent page (consent_page)',
      unionid: 'unionid',
      privacy_url: 'Privacy policy (privacy_url)',
      terms_url: 'Terms (terms_url)',
      support: 'Support (support)',
      logo_url: 'Logo (logo_url)',
      brand_color: 'Colour (brand_color)',
      ent_ids: 'Enterprises (ent_ids)',
      redirect_uris: 'Redirect addresses (redirect_uris)',
      post_logout_redirect_uris: 'After logout (post_logout_redirect_uris)',
      token_endpoint_auth_method: 'How it proves itself (token_endpoint_auth_method)',
      jwks: 'Public keys (jwks)',
      id_token_signed_response_alg: 'id_token_signed_response_alg',
      require_pkce: 'Only with PKCE (require_pkce)',
      scopes: 'scopes',
    },
    hints: {
      appid: 'Begins with wx; 1 to 64 letters, digits, _ or -.',
      ent_id: '1 to 64 letters, digits, _ or -.',
      client_id: '1 to 64 letters, digits, _ or -.',
      name: '1 to 100 characters.',
      secret: '1 to 128 visible ASCII characters; it is never shown again.',
      sentence: 'At most 200 characters, shown as it is; for example until when.',
      codes: 'The number that is told above. Not needed for the door.',
      reason: 'For other operators; at most 200 characters.',
      people: 'A whole number.',
      begins_at: 'As 2026-11-27T09:00:00Z or with +08:00; empty: now.',
      minutes: '1 to 1440.',
      per_minute: 'Empty: what it is known to take.',
      file: 'MP_verify_….txt, as WeChat gave it.',
      content: 'One line of text.',
      confirm: 'What is removed does not come back.',
      keep_old_for_hours: '0 to 168; 0 ends it at once.',
      login_url: addressEn,
      bind_url: `${addressEn} Needed where unbound is bind.`,
      target_prefixes: 'A line for each: a path that begins with /, or an absolute address. At most 50.',
      initiate_login_uri: addressEn,
      privacy_url: addressEn,
      terms_url: addressEn,
      support: 'At most 100 characters.',
      logo_url: addressEn,
      brand_color: '#rrggbb',
      ent_ids: 'A line for each; they must be there already.',
      redirect_uris: 'A line for each, 1 to 10; https, or http to localhost.',
      post_logout_redirect_uris: 'A line for each, at most 10; https, or http to localhost.',
      jwks: 'A JWK Set of public keys, as JSON. Needed for private_key_jwt.',
      scopes: 'A line for each; openid must be among them.',
    },
  },
  zh_CN: {
    titles: {
      'new-accounts': '新建公众号',
      'new-enterprises': '新建企业',
      'new-clients': '新建 OpenID 客户端',
      change: '修改',
      delete: '删除',
      secret: '新 AppSecret',
      pause: '暂停',
      test: '测试 AppSecret',
      'verify-files': '校验文件',
      'rotate-key': '新 API 密钥',
      'rotate-secret': '新客户端密钥',
      clients: 'OpenID 客户端',
      broadcasts: '群发',
    },
    save: '保存',
    remove: '删除',
    cancel: '取消',
    goOn: '继续',
    next: '下一页',
    conflict: '其他人在此期间修改了它，本次没有保存。请比较两个版本；再次保存将以您的版本为准。',
    stored: '当前内容',
    yours: '您的内容',
    wrong: '没有保存：请查看下面标出的字段。',
    noLogo: '已全部保存，但没有取得图标；页面暂时显示名称的第一个字。再次保存会重新获取。',
    shownOnce: '仅在此显示一次，请立即交给对方。',
    oldUntil: '之前的密钥有效至',
    key: '新密钥',
    testAgain: '再次测试',
    noFiles: '没有文件。',
    newFile: '添加文件',
    checkFile: '以公网视角查看',
    removeFile: '删除',
    seenEqual: '公网可以看到',
    seenOther: '公网看不到',
    broadcastHint: '企业向大量用户群发消息之前：应分几批发送，公众号才承受得住。发送期间：用户进展如何。',
    newBroadcast: '计划群发',
    through: '已完成',
    plannedEnd: '计划结束时间',
    projectedEnd: '预计结束时间',
    isThrough: '除少数迟到者外均已完成',
    nobodyComes: '无法预计：几乎没有人再来',
    doesNotFit: '公众号在该时间内承受不了这么多人：请按以下批次发送，或向微信申请更高额度。',
    waves: '批次',
    endedAt: '宣布结束于',
    endBroadcast: '宣布结束',
    codesDie: (n) => `如果连调用也暂停，将有 ${n} 个 code 失效，最后一个失效于`,
    noCodeDies: '当前没有正在处理的 code：此刻暂停调用不会使任何 code 失效（请输入 0）。',
    options: {
      level: {
        door: '入口：不再开始新登录，进行中的登录照常完成',
        calls: '连同调用：不再请求微信，code 会失效',
      },
    },
    steps: {
      opened: '已打开',
      held: '被拦住（请求）',
      sent: '已前往微信',
      back: '已返回',
      ready: '已登录',
      bind: '待绑定',
      failed: '失败',
    },
    inUse: '没有删除，正在使用它的企业：',
    fields: {
      appid: 'appid',
      ent_id: 'ent_id',
      client_id: 'client_id',
      name: '名称',
      secret: 'AppSecret',
      level: '暂停什么',
      sentence: '给等待用户看的一句话',
      codes: '如要暂停调用，请输入将失效的 code 数量',
      reason: '原因',
      people: '人数',
      begins_at: '开始时间',
      minutes: '计划在几分钟内发送',
      per_minute: '公众号每分钟可处理的登录数',
      file: '文件名',
      content: '文件内容',
      confirm: '请再次输入其 id',
      keep_old_for_hours: '旧密钥继续有效的小时数',
      login_url: '登录地址（login_url）',
      bind_url: '绑定地址（bind_url）',
      unbound: '首次登录（unbound）',
      target_prefixes: '允许的目标（target_prefixes）',
      initiate_login_uri: '登录的起点（initiate_login_uri）',
      require_state: '必须带 state（require_state）',
      scope: 'scope',
      consent_page: '授权说明页（consent_page）',
      unionid: 'unionid',
      privacy_url: '隐私政策（privacy_url）',
      terms_url: '用户协议（terms_url）',
      support: '客服（support）',
      logo_url: '图标（logo_url）',
      brand_color: '颜色（brand_color）',
      ent_ids: '企业（ent_ids）',
      redirect_uris: '回调地址（redirect_uris）',
      post_logout_redirect_uris: '退出后的地址（post_logout_redirect_uris）',
      token_endpoint_auth_method: '身份证明方式（token_endpoint_auth_method）',
      jwks: '公钥（jwks）',
      id_token_signed_response_alg: 'id_token_signed_response_alg',
      require_pkce: '必须使用 PKCE（require_pkce）',
      scopes: 'scopes',
    },
    hints: {
      appid: '以 wx 开头；1 至 64 个字母、数字、_ 或 -。',
      ent_id: '1 至 64 个字母、数字、_ 或 -。',
      client_id: '1 至 64 个字母、数字、_ 或 -。',
      name: '1 至 100 个字符。',
      secret: '1 至 128 个可见 ASCII 字符；之后不再显示。',
      sentence: '最多 200 个字符，原样显示；例如到几点为止。',
      codes: '即上面显示的数量。只暂停入口时不需要。',
      reason: '供其他运维人员查看；最多 200 个字符。',
      people: '整数。',
      begins_at: '如 2026-11-27T09:00:00+08:00；留空表示现在。',
      minutes: '1 至 1440。',
      per_minute: '留空：使用已知的数值。',
      file: 'MP_verify_….txt，与微信给出的一致。',
      content: '一行文本。',
      confirm: '删除后无法恢复。',
      keep_old_for_hours: '0 至 168；0 表示立即失效。',
      login_url: addressZh,
      bind_url: `${addressZh}unbound 为 bind 时必填。`,
      target_prefixes: '每行一个：以 / 开头的路径或完整地址，最多 50 个。',
      initiate_login_uri: addressZh,
      privacy_url: addressZh,
      terms_url: addressZh,
      support: '最多 100 个字符。',
      logo_url: addressZh,
      brand_color: '#rrggbb',
      ent_ids: '每行一个；必须已存在。',
      redirect_uris: '每行一个，1 至 10 个；https，或指向 localhost 的 http。',
      post_logout_redirect_uris: '每行一个，最多 10 个；https，或指向 localhost 的 http。',
      jwks: '公钥的 JWK Set（JSON）。private_key_jwt 必填。',
      scopes: '每行一个；必须包含 openid。',
    },
  },
};
