const en = {
  actions: {
    title: 'What to do here',
    resume: 'Resume',
    changePause: 'Change the pause',
    wait: 'wait',
    deeds: {
      change: 'Change',
      secret: 'New AppSecret',
      'verify-files': 'Verification files',
      pause: 'Pause',
      'rotate-key': 'New API key',
      delete: 'Remove',
    } as Record<string, string>,
    test: 'Test the AppSecret',
    new: { accounts: 'New account', enterprises: 'New enterprise' } as Record<string, string>,
  },
};

const zh_CN: typeof en = {
  actions: {
    title: '可以做什么',
    resume: '恢复',
    changePause: '修改暂停',
    wait: '人在等待',
    deeds: {
      change: '修改',
      secret: '新 AppSecret',
      'verify-files': '校验文件',
      pause: '暂停',
      'rotate-key': '新 API 密钥',
      delete: '删除',
    },
    test: '测试 AppSecret',
    new: { accounts: '新建服务号', enterprises: '新建企业' },
  },
};

/** What can be done with an account or an enterprise, on its page and in the lists. */
export const actionWords = { en, zh_CN };
