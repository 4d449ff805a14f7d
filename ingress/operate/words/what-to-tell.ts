import type { Language } from '#ingress/browser/pages/language.ts';
import { errcodeWords, knownCauses } from '#ingress/operate/words/errcode-words.ts';
import { operateWords } from '#ingress/operate/words/operate-words.ts';

/** What support says to a person whose login ended like this, or has not ended: in the words of the page that the person reads. */
export function whatToTell(
  lang: Language,
  login: {
    readonly status: string;
    readonly reason?: string | undefined;
    readonly errcode?: number | undefined;
    readonly cause?: string | undefined;
  },
): string {
  const { status, reason, errcode, cause } = login;
  const { tell } = operateWords[lang];
  if (status !== 'failed') return tell[status] ?? '';
  const said = errcode === undefined ? cause : String(errcode);
  const more = said !== undefined && knownCauses.includes(said) ? errcodeWords(lang, said).tell : undefined;
  return more ?? tell[reason ?? 'internal'] ?? tell['internal'] ?? '';
}
