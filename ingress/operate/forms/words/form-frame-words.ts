const en = {
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
  /** All else is stored. Why follows. */
  noLogo:
    'All is saved, but there is no logo; pages show the first letter of the name. Saving again looks for it again.',
  /** Of whom an account is in use: their ids follow. */
  inUse: 'Nothing was removed: it is in use by',
  fields: {
    confirm: 'Type its id again',
  },
  /** What a field must be: shown beside it, and with a fault. */
  hints: {
    confirm: 'What is removed does not come back.',
  },
};

const zh_CN: typeof en = {
  titles: {
    'new-accounts': '新建服务号',
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
  inUse: '没有删除，正在使用它的企业：',
  fields: {
    confirm: '请再次输入其 id',
  },
  hints: {
    confirm: '删除后无法恢复。',
  },
};

/** What stands on every form, and on the page that tells what became of it. */
export const formFrameWords = { en, zh_CN };
