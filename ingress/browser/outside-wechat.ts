import type { Context } from 'koa';
import type { Language } from '#ingress/browser/pages/language.ts';
import { lookOf, type Worn } from '#ingress/browser/pages/look.ts';
import { createQrCodes } from '#ingress/browser/pages/qr-code.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { pathInAnyBrowser, startPath } from '#ingress/browser/start-path.ts';

export type OutsideWeChat = ReturnType<typeof createOutsideWeChat>;

/** A phone or tablet shows its page on the very screen that would have to be scanned. */
export function isPhone(ctx: Context): boolean {
  return /Mobi|Android|iPhone|iPad|iPod|HarmonyOS/i.test(ctx.get('user-agent'));
}

/** The page that says "open in WeChat", with the link as text and, unless too many are wanted, as a QR code. A phone has the link first. */
export function createOutsideWeChat({ pages, publicUrl }: { pages: Pages; publicUrl: string }) {
  // Two shares: whoever makes up targets leaves the plain link of each enterprise its own.
  const qrCodeOf = createQrCodes({ perSecond: 20, remembered: 2_000 });
  const qrCodeOfTarget = createQrCodes({ perSecond: 10 });

  return async function outsideWeChat(
    ctx: Context,
    enterprise: Worn,
    shown: {
      lang: Language;
      target: string;
      /** What the link says of it, if it does. */
      linkLang?: Language | undefined;
      /** Where this browser goes on all the same; the link when absent. */
      here?: string;
    },
  ): Promise<void> {
    const { lang, target, linkLang } = shown;
    const link = startPath({ entId: enterprise.entId, target, lang: linkLang });
    ctx.body = pages.outsideWeChat({
      lang,
      ...lookOf(ctx, enterprise, lang),
      link: publicUrl + link,
      isOnPhone: isPhone(ctx),
      qrSvg: await (target === '' ? qrCodeOf : qrCodeOfTarget)(publicUrl + link),
      continueUrl: pathInAnyBrowser(shown.here ?? link),
    });
  };
}
