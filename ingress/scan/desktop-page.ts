import { languageOf } from '#ingress/browser/pages/language.ts';
import type { Look } from '#ingress/browser/pages/look.ts';
import { createQrCodes } from '#ingress/browser/pages/qr-code.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { ScanView } from '#ingress/browser/pages/scan-pages.ts';
import { pathAgain, pathInAnyBrowser, startPath } from '#ingress/browser/start-path.ts';
import type { ScanWish } from '#models/login/scan.ts';

type Shown = Omit<ScanWish, 'appid' | 'enterprise'> & { readonly id: string };
export type DesktopPages = ReturnType<typeof createDesktopPages>;

/** Draws the page of a desktop that waits for a phone. */
export function createDesktopPages({
  pages,
  publicUrl,
}: {
  pages: Pick<Pages, 'desktopScan'>;
  publicUrl: string;
}) {
  // A third of a millisecond each. A page that finds no room fetches its picture by and by.
  const qrCodeOf = createQrCodes({ perSecond: 400, remembered: 2_000, most: 100, maskPattern: 3 });

  return {
    qrCodeOf,
    async draw(scan: Shown, view: ScanView, look: Look, { isWrong = false } = {}): Promise<string> {
      const { entId, target, lang, hostState, challenge, goal } = scan;
      const link = { entId, target, hostState, challenge, goal };
      const here = startPath({ ...link, lang });
      const shown = languageOf(lang);
      // The whole path, since the page goes on under the address of its scan. None once a phone came, which would have to scan
      // again, nor for a client, whose interaction keeps its language.
      const hasSwitch = view.status === 'waiting' && !goal;
      const switchUrl = startPath({ ...link, lang: shown === 'en' ? 'zh_CN' : 'en' });
      return pages.desktopScan({
        lang: shown,
        ...look,
        ...(hasSwitch && { switchUrl }),
        id: scan.id,
        view,
        qrSvg: view.qr === undefined ? undefined : await qrCodeOf(view.qr),
        // What another device begins is no business of the session that this browser has at the host.
        link: publicUrl + startPath({ entId, target, lang }),
        startUrl: pathAgain(here),
        continueUrl: pathInAnyBrowser(here),
        isWrong,
      });
    },
  };
}
