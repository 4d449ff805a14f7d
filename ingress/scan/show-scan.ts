import type { Context } from 'koa';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { lookOf } from '#ingress/browser/pages/look.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { DesktopPages } from '#ingress/scan/desktop-page.ts';
import type { FindOwnScan } from '#ingress/scan/own-scan.ts';
import type { ScanViews } from '#ingress/scan/scan-view.ts';
import type { Directory } from '#models/documents/directory.ts';

/** The desktop's page once more, after a reload or a form, and its picture. */
export function createShowScan(deps: {
  findOwnScan: FindOwnScan;
  scanViewOf: ScanViews;
  desktopPages: DesktopPages;
  directory: Pick<Directory, 'findEnterprise'>;
  startAgain: StartAgain;
}) {
  const { findOwnScan, scanViewOf, desktopPages, directory, startAgain } = deps;

  return {
    /** GET /scans/{id}: also what a page without JavaScript asks. */
    async page(ctx: Context, id: string): Promise<void> {
      const scan = await findOwnScan(ctx, id);
      if (scan === undefined) return startAgain(ctx, 404, 'unknown-login');
      const enterprise = await directory.findEnterprise(scan.entId);
      const isWrong = scan.state === 'match' && scan.triesLeft < 2;
      const look = lookOf(ctx, enterprise, languageOf(scan.lang));
      ctx.body = await desktopPages.draw(scan, await scanViewOf(scan), look, { isWrong });
    },

    /** GET /scans/{id}/qr.svg */
    async picture(ctx: Context, id: string): Promise<void> {
      const scan = await findOwnScan(ctx, id);
      const { qr } = scan === undefined ? {} : await scanViewOf(scan);
      if (qr === undefined) throw new Problem(404, 'not_found', 'There is no such QR code in this browser.');
      const svg = await desktopPages.qrCodeOf(qr);
      if (svg === undefined) {
        throw new Problem(503, 'temporarily_unavailable', 'Too many QR codes are drawn at the moment.', {
          headers: { 'Retry-After': '2' },
        });
      }
      ctx.type = 'image/svg+xml';
      ctx.body = svg;
    },
  };
}
