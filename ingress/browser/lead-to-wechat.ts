import type { Context } from 'koa';
import type { BeginLogin } from '#ingress/browser/begin-login.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
import { lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { Count } from '#models/counts/tally.ts';
import type { Directory } from '#models/documents/directory.ts';
import { type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { LoginWish } from '#models/login/record.ts';

export type LeadToWeChat = ReturnType<typeof createLeadToWeChat>;

/** Begins a login, ties it to this browser, and sends the person to WeChat: at once, or by the page that says what for. */
export function createLeadToWeChat(deps: {
  directory: Pick<Directory, 'findAccount'>;
  beginLogin: BeginLogin;
  cookie: Pick<BrowserCookie, 'ensure'>;
  pages: Pick<Pages, 'consent'>;
  count: Count;
}) {
  const { directory, beginLogin, cookie, pages, count } = deps;

  return async function leadToWeChat(
    ctx: Context,
    enterprise: EnterpriseDocument,
    wish: LoginWish & { lang: Language },
  ): Promise<void> {
    const { lang } = wish;
    const browser = cookie.ensure(ctx, enterprise.entId);
    const url = await beginLogin(ctx, enterprise, { ...wish, restarts: 0, browser });
    if (url === undefined) return;
    if (!enterprise.consentPage) {
      redirect(ctx, 302, url);
      return;
    }
    count(enterprise, 'consent');
    // WeChat treats an authorisation that nobody tapped for as improper and answers with its snapshot page.
    const accountName = (await directory.findAccount(enterprise.appid))?.name ?? enterprise.name;
    ctx.body = pages.consent({
      lang,
      ...lookOf(ctx, enterprise, lang),
      accountName,
      authorizeUrl: url,
      profile: enterprise.scope === 'snsapi_userinfo' ? 'now' : 'later',
      keepsUnionid: keepsUnionid(enterprise),
      support: enterprise.support,
      privacyUrl: enterprise.privacyUrl,
      termsUrl: enterprise.termsUrl,
    });
  };
}
