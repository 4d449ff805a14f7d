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
export function languageOf(wish: string | undefined, acceptLanguage: string | undefined): Language {
  if (isLanguage(wish)) return wish;
  return firstChoice(acceptLanguage ?? '') ?? 'en';
}

function firstChoice(acceptLanguage: string): Language | undefined {
  let chosen: Language | undefined;
  let best = 0;
  for (const range of acceptLanguage.split(',')) {
    const [tag = '', ...parameters] = range.split(';');
    const language = ours(tag.trim());
    const quality = qualityOf(parameters);
    if (language && quality > best) {
      chosen = language;
      best = quality;
    }
  }
  return chosen;
}

function qualityOf(parameters: string[]): number {
  const weight = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('q='));
  return weight === undefined ? 1 : Number(weight.slice(2)) || 0;
}

function ours(tag: string): Language | undefined {
  const primary = tag.split(/[-_]/, 1)[0]?.toLowerCase();
  if (primary === 'zh') return 'zh_CN';
  return primary === 'en' ? 'en' : undefined;
}
