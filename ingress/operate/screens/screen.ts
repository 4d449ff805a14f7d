import { hash } from 'node:crypto';
import type { Context } from 'koa';
import type { Language } from '#ingress/browser/pages/language.ts';
import type { PageLanguage } from '#ingress/operate/page-language.ts';
import type { Drawn, OperatePages, Shown, Template } from '#ingress/operate/pages/render-operate.ts';
import { operateWords } from '#ingress/operate/words/operate-words.ts';
import { operatorOf } from '#operations/require-operator.ts';

export type Screen = ReturnType<typeof createScreen>;

/** Shows pages to the operator who asks. */
export function createScreen({
  pages,
  pageLanguage,
}: {
  pages: Pick<OperatePages, 'draw'>;
  pageLanguage: PageLanguage;
}) {
  const shownTo = (ctx: Context): Shown & { readonly lang: Language } => ({
    lang: pageLanguage(ctx),
    operator: operatorOf(ctx),
    // The answer to a form is no page to come back to.
    here: ctx.method === 'POST' ? ctx.path : withoutLanguage(ctx),
  });

  return {
    langOf: pageLanguage,
    wordsFor: (ctx: Context) => operateWords[pageLanguage(ctx)],

    show(ctx: Context, template: Template, drawn: Drawn, data: object): void {
      ctx.type = 'html';
      ctx.body = pages.draw(template, shownTo(ctx), drawn, data);
    },

    /**
     * A page that asks for itself again. `news` is what it tells: 304 while nothing of it has changed, for this reader. The time is
     * no news.
     */
    showLive(
      ctx: Context,
      template: Template,
      drawn: Omit<Drawn, 'isLive'>,
      data: { readonly at: string; readonly news: unknown } & Readonly<Record<string, unknown>>,
    ): void {
      const shown = shownTo(ctx);
      const minute = Math.floor(Date.parse(data.at) / 60_000);
      const told = JSON.stringify([data.news, shown, minute]);
      const etag = `W/"${hash('sha256', told, 'base64url').slice(0, 22)}"`;
      ctx.set('ETag', etag);
      // Not Koa's `fresh`: it says no to whoever asks without a cache, as the page's script does.
      if (ctx.get('if-none-match') === etag) {
        ctx.status = 304;
        return;
      }
      ctx.type = 'html';
      ctx.body = pages.draw(
        template,
        shown,
        { ...drawn, isLive: true },
        { ...data, now: Date.parse(data.at) },
      );
    },
  };
}

function withoutLanguage(ctx: Context): string {
  const url = new URL(ctx.url, 'http://localhost');
  url.searchParams.delete('lang');
  return url.pathname + url.search;
}
