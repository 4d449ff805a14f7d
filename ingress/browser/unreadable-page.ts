import type { UnreadableBody } from '#operations/answer-unreadable.ts';

const words = {
  431: {
    zh: '请求太长，无法打开。请清除本网站的 Cookie，再打开链接。',
    en: 'The request is too long. Clear the cookies of this site, then open the link again.',
  },
  400: { zh: '请求无法识别。请重新打开链接。', en: 'The request cannot be read. Open the link again.' },
};

/** For a request of which not even the language is known: in both of ours, without a style or script to fetch. */
export const unreadablePage: UnreadableBody = (status) => {
  const { zh, en } = words[status === 431 ? 431 : 400];
  return {
    type: 'text/html; charset=utf-8',
    body:
      '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
      `<title>${status}</title><p>${zh}</p><p lang="en">${en}</p></html>`,
  };
};
