export type DemoLanguage = 'zh' | 'en';

/** What the terminal speaks, as POSIX has it: the first of these that is set decides. */
export function languageOfTerminal(env: NodeJS.ProcessEnv): DemoLanguage {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return isChinese(locale) ? 'zh' : 'en';
}

/** The browser's first choice among ours; everything that is not Chinese gets English. */
export function languageOfBrowser(acceptLanguage: string): DemoLanguage {
  const first = acceptLanguage.split(',').find((tag) => /^\s*(zh|en)\b/i.test(tag)) ?? '';
  return isChinese(first.trim()) ? 'zh' : 'en';
}

const isChinese = (tag: string) => /^zh\b|^zh_/i.test(tag);
