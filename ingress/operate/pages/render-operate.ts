import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta';
import type { Language } from '#ingress/browser/pages/language.ts';
import { operateWords } from '#ingress/operate/pages/words-operate.ts';
import type { Operator } from '#operations/operator-roles.ts';

const templateNames = ['layout', 'session'] as const;
type Template = (typeof templateNames)[number];

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, file), 'utf8');

/** What every page of an operator's has. */
export type Shown = { readonly lang: Language; readonly operator?: Operator };
export type OperatePages = ReturnType<typeof createOperatePages>;

/** Draws the operator's pages. Files and templates are read once; every text is escaped by the templates. */
export function createOperatePages() {
  const eta = new Eta();
  for (const name of templateNames) eta.loadTemplate(`@${name}`, read(`${name}.eta`));
  const css = read('operate.css');
  const assets = { css: `/operate/assets/operate.${hash('sha256', css, 'hex').slice(0, 12)}.css` };

  function draw(template: Template, { lang, operator, ...data }: Shown & object, title: string): string {
    const words = operateWords[lang];
    const all = { ...data, operator, words, lang };
    const body = eta.render(`@${template}`, all);
    const nav: readonly (readonly [path: string, name: string])[] = [];
    const htmlLang = lang === 'en' ? 'en' : 'zh-CN';
    return eta.render('@layout', { ...all, body, title, nav, htmlLang, assets });
  }

  return {
    /** Files of the pages by their address, for whoever asks: nothing of anybody is in them. */
    files: new Map([[assets.css, { type: 'text/css; charset=utf-8', text: css }]]),
    session: (data: Shown & { readonly next: string; readonly fault?: 'wrong' | 'later' }): string =>
      draw('session', data, operateWords[data.lang].signIn),
  };
}
