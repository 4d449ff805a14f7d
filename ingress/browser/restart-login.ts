import type { Context } from 'koa';
import type { BeginLogin } from '#ingress/browser/begin-login.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { ConfirmQuestion } from '#ingress/browser/confirm-question.ts';
import type { OutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { initiateLoginUrl } from '#ingress/http/initiate-login-url.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { stateRequired } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { RecordedCode } from '#models/login/record.ts';

export type RestartLogin = ReturnType<typeof createRestartLogin>;

/**
 * A callback for a login that another browser began: this one lost its cookie, or somebody handed the link on. It gets a login
 * of its own, once; coming back without a cookie again, it is asked. A login that has a code already is nobody else's to ask for.
 */
export function createRestartLogin(deps: {
  beginLogin: BeginLogin;
  directory: Pick<Directory, 'findEnterprise'>;
  cookie: Pick<BrowserCookie, 'digestOf'>;
  pages: Pick<Pages, 'confirm'>;
  question: ConfirmQuestion;
  startAgain: StartAgain;
  outsideWeChat: OutsideWeChat;
  publicUrl: string;
}) {
  const { beginLogin, directory, cookie, pages, question, startAgain, outsideWeChat, publicUrl } = deps;

  return async function restartLogin(
    ctx: Context,
    came: { id: string; browser: string; code: string },
    recorded: RecordedCode,
  ): Promise<void> {
    const { id, browser, code } = came;
    const { entId, target, restarts, n, diesAt, goal } = recorded;
    const lang = languageOf(recorded.lang);
    const enterprise = await directory.findEnterprise(entId);
    if (enterprise === undefined) return startAgain(ctx, 404, 'expired');
    // Somebody opened a copied address. A login of its own would only lead to WeChat's page, which turns it away.
    if (restarts === 0 && !isWeChat(ctx)) return outsideWeChat(ctx, enterprise, { lang, target });
    const { initiateLoginUri } = enterprise;
    // The host's page leads back to WeChat: a browser that keeps no cookie would go round and round, so it goes on by a tap.
    const isForTicket = !goal;
    const needsTap = isForTicket && Boolean(initiateLoginUri) && cookie.digestOf(ctx) === undefined;
    if (restarts === 0 && !needsTap) {
      // The host's state and challenge are the other browser's: who had them here could hand a ticket of his own to it. So a
      // host that wants a state is asked for one.
      if (isForTicket && initiateLoginUri) {
        redirect(ctx, 302, initiateLoginUrl(initiateLoginUri, { publicUrl, entId, target, lang }));
        return;
      }
      if (isForTicket && enterprise.requireState === true) throw stateRequired();
      // Who is held back comes again with this very address, and is restarted then.
      const url = await beginLogin(ctx, enterprise, { target, lang, goal, restarts: 1, browser });
      if (url !== undefined) redirect(ctx, 302, url);
      return;
    }
    const mayAsk = restarts > 0 && n === 1;
    if (!mayAsk) return startAgain(ctx, 404, 'unknown-login', recorded);
    ctx.body = pages.confirm({
      lang,
      ...lookOf(ctx, enterprise, lang),
      action: `/logins/${id}/confirm?held=${question.seal(id, browser, { code, diesAt })}`,
    });
  };
}
