import type { Context } from 'koa';
import type { OutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import type { OpenScan } from '#ingress/browser/start-login.ts';
import { startPath } from '#ingress/browser/start-path.ts';
import { Problem } from '#ingress/http/problem.ts';

/**
 * A computer's QR code, or, where too many were opened, the page with the link and the way on in this browser: it stores nothing,
 * and nobody stands before a page that leads nowhere. The status stays 429.
 */
export function createOpenScanOrLink(deps: { openScan: OpenScan; outsideWeChat: OutsideWeChat }): OpenScan {
  const { openScan, outsideWeChat } = deps;
  return async function openScanOrLink(ctx: Context, enterprise, wish): Promise<void> {
    try {
      await openScan(ctx, enterprise, wish);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 429) throw error;
      const { entId } = enterprise;
      const { lang, target } = wish;
      await outsideWeChat(ctx, enterprise, { lang, target, here: startPath({ entId, ...wish }) });
      ctx.status = error.status;
      ctx.set(error.headers);
    }
  };
}
