import type { Context } from 'koa';
import { z } from 'zod';
import type { HeldPolls } from '#ingress/browser/held-polls.ts';
import type { ScanView } from '#ingress/browser/pages/scan-pages.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { FindOwnScan } from '#ingress/scan/own-scan.ts';
import type { ScanViews } from '#ingress/scan/scan-view.ts';
import type { SettledLogins } from '#ingress/waking/settled-logins.ts';

const statusQuery = z.object({
  wait: z
    .string()
    .regex(/^(\d|1\d|2[0-5])$/, '0 to 25')
    .optional(),
  /** The status that the page shows already: another is told at once. */
  told: z.string().max(16).optional(),
});
const mayChange = (view: ScanView) => ['waiting', 'asking', 'match'].includes(view.status);

/** One that does not exist and one of another browser are told alike. The page goes by the word: a release before says `not_found`. */
export const noSuchScan = () => new Problem(404, 'unknown_scan', 'There is no such scan in this browser.');

/** GET /scans/{id}/status: how a scan stands, for its own desktop only; held up to `wait` seconds while nothing changes. */
export function createScanStatus(deps: {
  findOwnScan: FindOwnScan;
  scanViewOf: ScanViews;
  settledLogins: Pick<SettledLogins, 'listen'>;
  heldPolls: HeldPolls;
}) {
  const { findOwnScan, scanViewOf, settledLogins, heldPolls } = deps;

  /** Of a scan no more than this: ten thousand of them are held. */
  async function look(ctx: Context, id: string) {
    const scan = await findOwnScan(ctx, id);
    if (scan === undefined) throw noSuchScan();
    return { view: await scanViewOf(scan), dueInMs: scan.dueInMs };
  }

  return async function scanStatus(ctx: Context, id: string): Promise<void> {
    const { wait = '0', told } = checkInput(statusQuery, ctx.query);
    const waitMs = Number(wait) * 1_000;
    // Before the read: what changes between the two must not be missed.
    const listener = settledLogins.listen(id);
    try {
      const { view, dueInMs } = await look(ctx, id);
      const isNews = told !== undefined && told !== view.status;
      const isHeld = waitMs > 0 && mayChange(view) && !isNews;
      if (isHeld) {
        const release = heldPolls.hold(id, listener.stop);
        ctx.res.once('close', listener.stop);
        await listener.settled(Math.min(waitMs, untilDue(dueInMs))).finally(release);
      }
      ctx.body = isHeld ? (await look(ctx, id)).view : view;
    } finally {
      listener.stop();
    }
  };
}

/** A code that is renewed, or a time that is over while the page waits, is told then. */
const untilDue = (dueInMs: number | undefined): number =>
  dueInMs === undefined ? Number.POSITIVE_INFINITY : dueInMs + 50;
