import type { Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { languageOfPage, lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages, StartAgainCause } from '#ingress/browser/pages/render-page.ts';
import { startPath } from '#ingress/browser/start-path.ts';
import { finishPath } from '#ingress/http/goal-path.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { pageCode } from '#ingress/http/page-code.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { LoginWish } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';

/** Where a login began: its enterprise, and what its link said. */
export type Beginning = { readonly entId: string; readonly id?: string } & Partial<LoginWish>;
export type StartAgain = ReturnType<typeof createStartAgain>;

/**
 * The page that offers to begin anew. It leads to where the login itself began; only of a login that nobody knows any more it
 * is the browser's last enterprise, without what its link said. The page names the enterprise: in one browser there may be two.
 */
export function createStartAgain(deps: {
  directory: Pick<Directory, 'findEnterprise'>;
  cookie: Pick<BrowserCookie, 'entIdOf'>;
  pages: Pick<Pages, 'startAgain'>;
}) {
  const { directory, cookie, pages } = deps;

  return async function startAgain(
    ctx: Context,
    status: number,
    cause: StartAgainCause,
    begun?: Beginning,
  ): Promise<void> {
    const lastEntId = cookie.entIdOf(ctx);
    const beginning = begun ?? (lastEntId === undefined ? undefined : { entId: lastEntId });
    // The way out must not hang on MongoDB.
    const enterprise = beginning && (await directory.findEnterprise(beginning.entId).catch(() => undefined));
    const lang = languageOfPage(ctx, beginning?.lang);
    ctx.status = status;
    ctx.body = pages.startAgain({
      lang,
      ...lookOf(ctx, enterprise, lang),
      cause,
      // Another browser's login is told as one that does not exist: to the byte.
      ...(!(cause === 'unknown-login' && begun === undefined) && {
        supportCode: pageCode(ctx, begun?.id ?? stateOf(ctx)),
      }),
      isOutsideWeChat: !isWeChat(ctx),
      ...(beginning && { startUrl: startPath(beginning) }),
      backUrl: begun?.id === undefined ? undefined : finishPath({ id: begun.id, goal: begun.goal }),
    });
  };
}

/** Of a callback, whose query was read before. */
function stateOf(ctx: Context): string | undefined {
  const state = ctx.path === '/wechat/callback' ? ctx.query['state'] : undefined;
  return typeof state === 'string' && isLoginId(state) ? state : undefined;
}
