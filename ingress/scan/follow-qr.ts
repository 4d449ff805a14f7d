import type { Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { LeadToWeChat } from '#ingress/browser/lead-to-wechat.ts';
import { languageOfPage, lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { DesktopPages } from '#ingress/scan/desktop-page.ts';
import type { Directory } from '#models/documents/directory.ts';
import { type EnterpriseDocument, isOfFormer } from '#models/documents/enterprise.ts';
import type { Scan } from '#models/login/scan.ts';
import type { Scans } from '#models/login/scans.ts';
import { sameDigest } from '#operations/digest.ts';

/** GET /q/{code}: begins a login for the scan whose QR code this is, in WeChat. It takes nothing yet: a link is opened by many. */
export function createFollowQr(deps: {
  scans: Pick<Scans, 'find'>;
  directory: Pick<Directory, 'findEnterprise'>;
  leadToWeChat: LeadToWeChat;
  desktopPages: Pick<DesktopPages, 'qrCodeOf'>;
  cookie: Pick<BrowserCookie, 'digestOf'>;
  startAgain: StartAgain;
  pages: Pick<Pages, 'outsideWeChat'>;
  publicUrl: string;
}) {
  const { scans, directory, leadToWeChat, desktopPages, cookie, startAgain, pages, publicUrl } = deps;

  const tooLate = (ctx: Context, begun?: { entId: string }) => startAgain(ctx, 410, 'qr-used', begun);

  return async function followQr(ctx: Context, code: string): Promise<void> {
    const scan = await withinASecond(() => scans.find(code));
    const enterprise = scan && (await directory.findEnterprise(scan.entId));
    if (scan === undefined || enterprise === undefined || !isStillFor(enterprise, scan)) return tooLate(ctx);
    const mine = pathOfOwn(ctx, scan);
    if (mine !== undefined) return redirect(ctx, 302, mine);
    if (scan.state !== 'waiting') return tooLate(ctx, { entId: scan.entId });
    const lang = languageOfPage(ctx);
    if (isWeChat(ctx)) return leadToWeChat(ctx, enterprise, { target: '', lang, goal: `scan:${scan.id}` });
    const link = `${publicUrl}/q/${code}`;
    ctx.body = pages.outsideWeChat({
      lang,
      ...lookOf(ctx, enterprise, lang),
      link,
      qrSvg: await desktopPages.qrCodeOf(link),
    });
  };

  /** The phone that took it may come back. */
  function pathOfOwn(ctx: Context, { phone, login, state }: Scan): string | undefined {
    const isTaken = phone !== '' && (state === 'asking' || state === 'match' || state === 'ended');
    return isTaken && sameDigest(phone, cookie.digestOf(ctx) ?? '') ? `/logins/${login}/scan` : undefined;
  }
}

const isStillFor = (enterprise: EnterpriseDocument, scan: Scan): boolean =>
  enterprise.appid === scan.appid && !isOfFormer(enterprise, scan.enterprise);
