import type { IncomingMessage } from 'node:http';

export type Language = 'zh' | 'en';

/** The browser's first choice among ours; everything that is not Chinese gets English. */
export function languageOf({ headers }: IncomingMessage): Language {
  const [, first = 'en'] = /(?:^|,)\s*(zh|en)\b/i.exec(headers['accept-language'] ?? '') ?? [];
  return first.toLowerCase() === 'zh' ? 'zh' : 'en';
}
