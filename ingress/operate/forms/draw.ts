import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta';
import type { Context } from 'koa';
import type { Language } from '#ingress/browser/pages/language.ts';
import { type FormWords, formWords } from '#ingress/operate/forms/form-words.ts';
import type { OperatePages } from '#ingress/operate/pages/render-operate.ts';
import { operatorOf } from '#operations/require-operator.ts';

const templates = ['form', 'once', 'test', 'verify-files', 'clients', 'broadcasts', 'broadcast'] as const;

/** Answers with a page of a form, in the operator's language. */
export type DrawForm = (
  ctx: Context,
  status: number,
  template: (typeof templates)[number],
  data: (words: FormWords, lang: Language) => { readonly title: string } & Readonly<Record<string, unknown>>,
) => void;

export function createDrawForm(deps: {
  pages: Pick<OperatePages, 'frame'>;
  pageLanguage: (ctx: Context) => Language;
}): DrawForm {
  const { pages, pageLanguage } = deps;
  const eta = new Eta();
  for (const name of templates) {
    const file = path.join(import.meta.dirname, 'templates', `${name}.eta`);
    eta.loadTemplate(`@${name}`, readFileSync(file, 'utf8'));
  }
  return (ctx, status, template, data) => {
    const lang = pageLanguage(ctx);
    const words = formWords[lang];
    const all = data(words, lang);
    const body = eta.render(`@${template}`, { ...all, words });
    ctx.status = status;
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    // A form that was sent has no address to come back to.
    const here = ctx.method === 'GET' ? ctx.url : '/operate';
    ctx.body = pages.frame({ lang, operator: operatorOf(ctx), here }, { title: all.title }, body);
  };
}
