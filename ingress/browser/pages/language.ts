import type { Context } from 'koa';

export const languages = ['zh_CN', 'en'] as const;
export type Language = (typeof languages)[number];

/** True for what `lang` may say in a link; any other value counts as absent. */
export function isLanguage(value: string | undefined): value is Language {
  return languages.some((language) => language === value);
}

/**
 * The language a person reads: what the link asks for, else the browser's first choice among ours.
 * There Chinese of any kind is read as zh_CN, and everything else gets English.
 */
export function languageOf(wish: string | undefined, browser?: Pick<Context, 'acceptsLanguages'>): Language {
  if (isLanguage(wish)) return wish;
  // Not a choice among ours by Koa: it would take "zh-CN, en;q=0.9, zh;q=0.8" for English, since it goes by the nearest tag.
  for (const tag of browser?.acceptsLanguages() ?? []) {
    const [primary = ''] = tag.toLowerCase().split(/[-_]/, 1);
    if (primary === 'zh') return 'zh_CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
