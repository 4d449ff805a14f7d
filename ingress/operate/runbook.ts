import { readFileSync } from 'node:fs';
import { Marked, type Tokens } from 'marked';
import type { Language } from '#ingress/browser/pages/language.ts';

const files = { en: 'runbook.md', zh_CN: 'runbook.zh-CN.md' } as const satisfies Record<Language, string>;
const drawn = new Map<Language, string>();

/** docs/runbook.md as HTML, with an anchor for each condition and alert; its links to other files are text. Read when first asked for. */
export function readRunbook(lang: Language): string {
  const known = drawn.get(lang);
  if (known !== undefined) return known;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        const id = text.toLowerCase().replaceAll(/[^\p{L}\p{N}-]+/gu, '-');
        const anchor = depth === 1 ? '' : ` id="${id}"`;
        return `<h${depth}${anchor}>${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const text = this.parser.parseInline(tokens);
        return href.startsWith('#') ? `<a href="${href}">${text}</a>` : text;
      },
    },
  });
  const text = readFileSync(new URL(`../../docs/${files[lang]}`, import.meta.url), 'utf8');
  const html = marked.parse(text, { async: false });
  drawn.set(lang, html);
  return html;
}
