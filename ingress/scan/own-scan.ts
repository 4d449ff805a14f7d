import type { Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { Scan } from '#models/login/scan.ts';
import type { Scans } from '#models/login/scans.ts';
import { sameDigest } from '#operations/digest.ts';

export type FindOwnScan = (ctx: Context, id: string) => Promise<Scan | undefined>;

/**
 * Finds a scan of this desktop, with a QR code that is not past its minute. Undefined for one that does not exist and for another
 * browser's: nobody can tell which.
 */
export function createFindOwnScan(deps: {
  scans: Pick<Scans, 'read' | 'renew'>;
  cookie: Pick<BrowserCookie, 'digestOf'>;
}): FindOwnScan {
  const { scans, cookie } = deps;
  return async function findOwnScan(ctx, id) {
    const browser = cookie.digestOf(ctx);
    if (browser === undefined) return undefined;
    const scan = await withinASecond(() => scans.read(id));
    if (scan === undefined || !sameDigest(scan.browser, browser)) return undefined;
    const isDue = scan.state === 'waiting' && scan.dueInMs === 0;
    return isDue ? withinASecond(() => scans.renew(scan)) : scan;
  };
}
