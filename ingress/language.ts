export type Language = 'zh_CN' | 'en';

/**
 * The language a person reads: what the query asks for, else the browser's first choice among ours.
 * Chinese of any kind is read as zh_CN, everything else gets English.
 */
export function languageOf(query: string | undefined, acceptLanguage: string | undefined): Language {
  return ours(query) ?? firstChoice(acceptLanguage ?? '') ?? 'en';
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

function ours(tag: string | undefined): Language | undefined {
  const primary = tag?.split(/[-_]/, 1)[0]?.toLowerCase();
  if (primary === 'zh') return 'zh_CN';
  return primary === 'en' ? 'en' : undefined;
}
