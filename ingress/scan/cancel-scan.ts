import type { Context } from 'koa';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { pathAgain, startPath } from '#ingress/browser/start-path.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { FindOwnScan } from '#ingress/scan/own-scan.ts';
import type { Scans } from '#models/login/scans.ts';

/**
 * POST /scans/{id}/cancel: the person at the computer is not the one whom the phone lets in. The server ends it, not the page alone:
 * Back, or another tab, would go on. The answer leads to a new QR code.
 */
export function createCancelScan(deps: {
  scans: Pick<Scans, 'cancel'>;
  findOwnScan: FindOwnScan;
  startAgain: StartAgain;
}) {
  const { scans, findOwnScan, startAgain } = deps;

  return async function cancelScan(ctx: Context, id: string): Promise<void> {
    const scan = await findOwnScan(ctx, id);
    if (scan === undefined) return startAgain(ctx, 404, 'unknown-login');
    await withinASecond(() => scans.cancel(scan, scan.browser));
    redirect(ctx, 303, pathAgain(startPath(scan)));
  };
}
