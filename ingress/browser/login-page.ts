import type { Context } from 'koa';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import type { LoginViews } from '#ingress/browser/login-view.ts';
import { languageOf } from '#ingress/browser/pages/language.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { RequeueLost } from '#ingress/browser/requeue-lost.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { startPath } from '#ingress/browser/start-path.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { Directory } from '#models/documents/directory.ts';
import { isGoodEnd } from '#models/login/status.ts';

/** GET /logins/{id}: the waiting page. Where the login is over it leads on by itself, also without JavaScript. */
export function createLoginPage(deps: {
  findOwnLogin: FindOwnLogin;
  viewOf: LoginViews;
  requeueLost: RequeueLost;
  directory: Directory;
  startAgain: StartAgain;
  pages: Pages;
}) {
  const { findOwnLogin, viewOf, requeueLost, directory, startAgain, pages } = deps;

  return async function loginPage(ctx: Context, id: string): Promise<void> {
    const login = await findOwnLogin(ctx, id);
    if (login === undefined) {
      return startAgain(ctx, 404, 'unknown-login');
    }
    const view = await viewOf(login);
    // A page without its script asks by drawing itself again.
    if (view.status === 'pending') requeueLost(login);
    const goesOn = isGoodEnd(view.status) || view.retry_after_ms !== undefined;
    const isFormAnswer = ctx.query['confirmed'] !== undefined;
    if (goesOn && !isFormAnswer && view.location !== undefined) {
      redirect(ctx, 303, view.location);
      return;
    }
    const enterprise = await directory.findEnterprise(login.entId);
    ctx.body = pages.waiting({
      lang: languageOf(login.lang),
      enterpriseName: enterprise?.name ?? '',
      view,
      waitedMs: login.now - (login.recordedAt ?? login.begunAt),
      statusUrl: `/logins/${id}/status`,
      startUrl: startPath(login),
    });
  };
}
