import type { Language } from '#ingress/browser/pages/language.ts';

/** What a missing logo is told by (fetch-logo.ts), and the same in Chinese. */
const inChinese: readonly (readonly [said: RegExp, zh: string])[] = [
  [/^must be https$/, '必须是 https'],
  [/^must not hold a user$/, '地址中不能带用户名'],
  [/^port (\d+) is none of a website$/, '端口 $1 不是网站的端口'],
  [/^is no PNG, JPEG or WebP picture$/, '不是 PNG、JPEG 或 WebP 图片'],
  [/^closed the connection$/, '对方关闭了连接'],
  [/^answered (\d+), not 200$/, '返回 $1，而不是 200'],
  [/^is larger than 256 KB$/, '大于 256 KB'],
  [/^leads to an address that is not public$/, '指向非公网地址'],
  [/^did not come within 2 s$/, '2 秒之内没有取到'],
  [/^could not be fetched \(([\w ]+)\)$/, '无法获取（$1）'],
  [/^could not be kept$/, '无法保存'],
];

/** Why an enterprise has no logo, for who reads this language. `fault`: as the JSON door answers it. */
export function tellLogoFault(fault: string, lang: Language): string {
  const said = fault.replace(/^logo_url: /, '');
  if (lang === 'en') return said;
  const [pattern, zh] = inChinese.find(([one]) => one.test(said)) ?? [];
  return pattern === undefined || zh === undefined ? said : said.replace(pattern, zh);
}
