import type { Context } from 'koa';
import type { AwaitView } from '#ingress/browser/await-view.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import type { LoginViews } from '#ingress/browser/login-view.ts';
import { languageOfPage, lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { RequeueLost } from '#ingress/browser/requeue-lost.ts';
import type { SendOpenPage } from '#ingress/browser/send-open-page.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { startPath } from '#ingress/browser/start-path.ts';
import { finishPath } from '#ingress/http/goal-path.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { FreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { SettledListener, SettledLogins } from '#ingress/waking/settled-logins.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { isGoodEnd } from '#models/login/status.ts';
import { supportCodeOf } from '#models/login/support-code.ts';

/** GET /logins/{id}: the waiting page. Where the login is over it leads on by itself, also without JavaScript. */
export function createLoginPage(deps: {
  findOwnLogin: FindOwnLogin;
  viewOf: LoginViews;
  awaitView: AwaitView;
  freshLogins: Pick<FreshLogins, 'take'>;
  settledLogins: Pick<SettledLogins, 'listen'>;
  sendOpenPage: SendOpenPage;
  requeueLost: RequeueLost;
  cookie: Pick<BrowserCookie, 'digestOf'>;
  directory: Directory;
  startAgain: StartAgain;
  pages: Pages;
}) {
  const { findOwnLogin, viewOf, awaitView, freshLogins, settledLogins, sendOpenPage } = deps;
  const { requeueLost, cookie, directory, startAgain, pages } = deps;

  async function answer(
    ctx: Context,
    login: LoginRecord | undefined,
    listener: SettledListener,
    sinceReadMs: number,
  ): Promise<void> {
    if (login === undefined) return startAgain(ctx, 404, 'unknown-login');
    // A fresh login may be over by now: it leads on at once, then.
    const view = listener.hasHeard ? await awaitView(ctx, login, listener, 0) : await viewOf(login);
    if (view === undefined) return startAgain(ctx, 404, 'unknown-login');
    // A page without its script asks by drawing itself again.
    if (view.status === 'pending') requeueLost(login);
    const goesOn = isGoodEnd(view.status) || view.retry_after_ms !== undefined;
    const isFormAnswer = ctx.query['confirmed'] !== undefined;
    if (goesOn && !isFormAnswer && view.location !== undefined) {
      redirect(ctx, 303, view.location);
      return;
    }
    const enterprise = await directory.findEnterprise(login.entId);
    const lang = languageOfPage(ctx, login.lang);
    const page = {
      lang,
      ...lookOf(ctx, enterprise, lang),
      view,
      waitedMs: Math.round(login.now - (login.recordedAt ?? login.begunAt) + sinceReadMs),
      statusUrl: `/logins/${login.id}/status`,
      startUrl: startPath(login),
      supportCode: supportCodeOf(login.id),
      backUrl: finishPath(login),
    };
    if (view.status === 'pending') await sendOpenPage(ctx, pages.pending(page), login, listener);
    else ctx.body = pages.waiting(page);
  }

  return async function loginPage(ctx: Context, id: string): Promise<void> {
    const fresh = freshLogins.take(id, cookie.digestOf(ctx));
    // Listen before the read: what settles between the two must not be missed.
    const listener = fresh?.listener ?? settledLogins.listen(id);
    try {
      const login = fresh?.login ?? (await findOwnLogin(ctx, id));
      await answer(ctx, login, listener, fresh === undefined ? 0 : performance.now() - fresh.keptAt);
    } finally {
      listener.stop();
    }
  };
}
