const en = {
  noFiles: 'There are none.',
  newFile: 'One more file',
  checkFile: 'Look as the public does',
  removeFile: 'Remove',
  seenEqual: 'The public sees it',
  seenOther: 'The public does not see it',
  fields: {
    file: 'Name of the file',
    content: 'Content of the file',
  },
  /** What a field must be: shown beside it, and with a fault. */
  hints: {
    file: 'MP_verify_….txt, as WeChat gave it.',
    content: 'One line of text.',
  },
};

const zh_CN: typeof en = {
  noFiles: '没有文件。',
  newFile: '添加文件',
  checkFile: '以公网视角查看',
  removeFile: '删除',
  seenEqual: '公网可以看到',
  seenOther: '公网看不到',
  fields: {
    file: '文件名',
    content: '文件内容',
  },
  hints: {
    file: 'MP_verify_….txt，与微信给出的一致。',
    content: '一行文本。',
  },
};

/** The files by which WeChat verifies a domain. */
export const verifyFileWords = { en, zh_CN };
