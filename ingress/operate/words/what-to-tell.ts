import type { Language } from '#ingress/browser/pages/language.ts';
import { errcodeWords, knownCauses } from '#ingress/operate/words/errcode-words.ts';
import { operateWords } from '#ingress/operate/words/operate-words.ts';

/** What support says to a person whose login ended like this, or has not ended. */
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
  const said = errcode === undefined ? cause : String(errcode);
  const isBad = status === 'failed' || status === 'reauthorize';
  if (isBad && said !== undefined && knownCauses.includes(said)) return errcodeWords(lang, said).tell;
  const { tell } = operateWords[lang];
  return (status === 'failed' ? tell[reason ?? 'internal'] : tell[status]) ?? tell['internal'] ?? '';
}
