import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';

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
export function languageOf(
  wish: string | undefined,
  browser?: Pick<Context, 'acceptsLanguages' | 'get'>,
): Language {
  if (isLanguage(wish)) return wish;
  if (browser === undefined) return 'en';
  const preference = browser.get('accept-language');
  const known = read.get(preference);
  if (known !== undefined) return known;
  const language = firstOfOurs(browser);
  read.set(preference, language);
  return language;
}

/** A crowd's phones say one of a few things, and weighing what they say costs more than the rest of a redirect's language. */
const read = new LRUCache<string, Language>({ max: 1_000 });

function firstOfOurs(browser: Pick<Context, 'acceptsLanguages'>): Language {
  // Not a choice among ours by Koa: it would take "zh-CN, en;q=0.9, zh;q=0.8" for English, since it goes by the nearest tag.
  for (const tag of browser.acceptsLanguages()) {
    const [primary = ''] = tag.toLowerCase().split(/[-_]/, 1);
    if (primary === 'zh') return 'zh_CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
