import type { Context, Middleware } from 'koa';
import type { PageLanguage } from '#ingress/operate/page-language.ts';
import type { OperatePages } from '#ingress/operate/pages/render-operate.ts';
import { allowPage } from '#ingress/operate/pages/show-files.ts';
import { operateWords } from '#ingress/operate/words/operate-words.ts';
import type { Operator, OperatorRole } from '#operations/operator-roles.ts';
import { operatorOf } from '#operations/require-operator.ts';

const isForPerson = (ctx: Context): boolean =>
  /^\/operate(\/|$)/.test(ctx.path) && ctx.accepts('json', 'html') === 'html';

/** What goes wrong with a page is told by a page; programs, and the log, get it from the middleware before. */
export function createPageErrors({
  pages,
  pageLanguage,
}: {
  pages: Pick<OperatePages, 'draw'>;
  pageLanguage: PageLanguage;
}) {
  function draw(ctx: Context, operator: Operator, data: object): void {
    const lang = pageLanguage(ctx);
    const { title } = operateWords[lang].problem;
    ctx.type = 'html';
    ctx.body = pages.draw('problem', { lang, operator, here: ctx.path }, { title }, data);
  }

  return {
    /** Behind jsonErrors, whose status and headers it keeps. */
    drawErrors(): Middleware {
      return async function drawErrors(ctx, next) {
        await next();
        const { body, status } = ctx;
        if (status < 400 || !isForPerson(ctx) || typeof body !== 'object' || body === null) return;
        const { error: code, error_description: detail } = body as Record<string, unknown>;
        draw(ctx, operatorOf(ctx), { code, ...(code === 'invalid_request' && { detail }) });
        ctx.status = status;
      };
    },

    /** Before anything is asked of a role that the person has not. */
    refuse(ctx: Context, operator: Operator, needs: OperatorRole): boolean {
      if (!isForPerson(ctx)) return false;
      allowPage(ctx);
      draw(ctx, operator, { code: 'forbidden', needs });
      ctx.status = 403;
      return true;
    },
  };
}
