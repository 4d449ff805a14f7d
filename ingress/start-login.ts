import type { Context } from 'koa';
import { z } from 'zod';
import type { Admission, Held } from '#ingress/admission.ts';
import { authorizeUrl } from '#ingress/authorize-url.ts';
import type { BrowserCookie } from '#ingress/browser-cookie.ts';
import { checkInput } from '#ingress/check-input.ts';
import { isAllowedTarget } from '#ingress/check-target.ts';
import { isLanguage, type Language, languageOf } from '#ingress/language.ts';
import { invalidRequest, Problem } from '#ingress/problem.ts';
import { createQrCodes } from '#ingress/qr-code.ts';
import { redirect } from '#ingress/redirect.ts';
import type { Pages } from '#ingress/render-page.ts';
import { startPath } from '#ingress/start-path.ts';
import { withinASecond } from '#ingress/within-a-second.ts';
import type { Directory } from '#models/directory.ts';
import type { EnterpriseDocument } from '#models/enterprise.ts';
import type { LoginRecords } from '#models/login-record.ts';

const startQuery = z.object({
  ent_id: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/),
  target: z.string().min(1).max(1024).optional(),
  /** Any other text counts as none. */
  lang: z.string().optional(),
  browser: z.literal('any').optional(),
});

export type StartLogin = ReturnType<typeof createStartLogin>;

/** GET /wechatTransfer: begins a login, ties it to this browser, and sends the person to WeChat. One Redis round trip. */
export function createStartLogin(deps: {
  directory: Directory;
  records: LoginRecords;
  cookie: BrowserCookie;
  pages: Pages;
  admission: Admission;
  publicUrl: string;
  openOrigin: string;
  onBegun: (entId: string) => void;
}) {
  const { directory, records, cookie, pages, publicUrl, openOrigin } = deps;
  // Two shares: whoever makes up targets leaves the plain link of each enterprise its own.
  const qrCodeOf = createQrCodes({ perSecond: 20, remembered: 2_000 });
  const qrCodeOfTarget = createQrCodes({ perSecond: 10 });

  /** Opens a login of this browser; answers the WeChat page it goes on to. Throws QueueUnreachable. */
  async function begin(
    enterprise: EnterpriseDocument,
    wish: { target: string; lang: string; restarts: number; browser: string },
  ) {
    const { entId, appid } = enterprise;
    const scope = enterprise.scope === 'base-first' ? 'snsapi_base' : 'snsapi_userinfo';
    const id = await withinASecond(() => records.open({ entId, appid, scope, ...wish }));
    deps.onBegun(entId);
    return authorizeUrl({ openOrigin, publicUrl, appid, scope, state: id });
  }

  async function startLogin(ctx: Context): Promise<void> {
    const {
      ent_id: entId,
      target = '',
      lang: givenLang,
      browser: anyBrowser,
    } = checkInput(startQuery, ctx.query);
    const wishedLang = isLanguage(givenLang) ? givenLang : undefined;
    const enterprise = await directory.findEnterprise(entId);
    if (enterprise === undefined)
      throw new Problem(404, 'not_found', 'There is no enterprise of this ent_id.');
    if (target !== '' && !isAllowedTarget(target, enterprise.targetPrefixes)) {
      throw invalidRequest('target: not among those this enterprise allows', ['target']);
    }
    const lang = languageOf(wishedLang, ctx.get('accept-language'));

    if (anyBrowser !== 'any' && !/MicroMessenger/i.test(ctx.get('user-agent'))) {
      const link = startPath({ entId, target, lang: wishedLang });
      ctx.body = pages.outsideWeChat({
        lang,
        enterpriseName: enterprise.name,
        link: publicUrl + link,
        qrSvg: await (target === '' ? qrCodeOf : qrCodeOfTarget)(publicUrl + link),
        continueUrl: `${link}&browser=any`,
      });
      return;
    }

    const browser = cookie.ensure(ctx, entId);
    const held = await deps.admission.hold(ctx, enterprise, browser);
    if (held !== undefined) return holdBack(ctx, lang, enterprise, held);

    const url = await begin(enterprise, { target, lang, restarts: 0, browser });
    if (!enterprise.consentPage) {
      redirect(ctx, 302, url);
      return;
    }
    // WeChat treats an authorisation that nobody tapped for as improper and answers with its snapshot page.
    const asksProfile = enterprise.scope === 'snsapi_userinfo';
    const accountName = (await directory.findAccount(enterprise.appid))?.name ?? enterprise.name;
    ctx.body = pages.consent({
      lang,
      enterpriseName: enterprise.name,
      accountName,
      authorizeUrl: url,
      asksProfile,
    });
  }

  /** Told before WeChat is asked: no code is minted that would die in line. */
  function holdBack(ctx: Context, lang: Language, enterprise: EnterpriseDocument, held: Held): void {
    const retryAfterSeconds = Math.ceil(held.retryAfterMs / 1_000);
    ctx.status = 503;
    ctx.set('Retry-After', String(retryAfterSeconds));
    ctx.body = pages.hold({
      lang,
      enterpriseName: enterprise.name,
      place: held.place,
      waitSeconds: Math.ceil(held.waitMs / 1_000),
      retryAfterSeconds,
    });
  }

  return Object.assign(startLogin, { begin });
}
