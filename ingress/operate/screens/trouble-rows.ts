import type { Language } from '#ingress/browser/pages/language.ts';
import { errcodeWords } from '#ingress/operate/words/errcode-words.ts';
import { operateWords } from '#ingress/operate/words/operate-words.ts';

/** What went wrong, in words: `step` as models/counts/steps.ts counts it. */
export function labelOf(step: string, lang: Language): string {
  const { endpoints, failed, again, reasons } = operateWords[lang].troubles;
  const [kind, first = '', said = ''] = step.split(':');
  if (kind === 'e') return `${said} (${endpoints[first] ?? first})`;
  return `${kind === 'failed' ? failed : again}: ${reasons[first] ?? first}`;
}

/** With its meaning and remedy, where WeChat said something. */
export function troubleRows(
  troubles: readonly { readonly step: string; readonly n: number }[],
  lang: Language,
) {
  return troubles.map(({ step, n }) => {
    const [kind, , said = ''] = step.split(':');
    const { means, do: remedy } = kind === 'e' ? errcodeWords(lang, said) : { means: '', do: '' };
    return { label: labelOf(step, lang), n, means, do: remedy };
  });
}
