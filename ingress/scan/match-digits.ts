import type { Context } from 'koa';
import { z } from 'zod';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { IdentifiedPhone } from '#ingress/scan/identified-phone.ts';
import type { KnownDesktops } from '#ingress/scan/known-desktops.ts';
import type { FindOwnScan } from '#ingress/scan/own-scan.ts';
import { noSuchScan } from '#ingress/scan/scan-status.ts';
import type { ScanViews } from '#ingress/scan/scan-view.ts';
import type { PersonKey } from '#models/documents/binding.ts';
import type { Scan } from '#models/login/scan.ts';
import type { Identified, Scans } from '#models/login/scans.ts';

const form = z.object({ digits: z.string().regex(/^[0-9]{3}$/, 'three digits') });

/**
 * POST /scans/{id}/match: the digits that the phone shows are typed here, which proves that the phone's person sits before this
 * very screen. Two tries. A program hears how that went; who sent the form sees the page as it stands then.
 */
export function createMatchDigits(deps: {
  scans: Pick<Scans, 'match'>;
  findOwnScan: FindOwnScan;
  scanViewOf: ScanViews;
  phones: Pick<IdentifiedPhone, 'find'>;
  knownDesktops: Pick<KnownDesktops, 'remember'>;
  nameOfBinding: (person: PersonKey) => Promise<string | undefined>;
  cookie: Pick<BrowserCookie, 'digestOf'>;
  /** GET /scans/{id} */
  showPage: (ctx: Context, id: string) => Promise<void>;
  startAgain: StartAgain;
}) {
  const { scans, findOwnScan, scanViewOf, phones, knownDesktops, nameOfBinding, cookie } = deps;
  const { showPage, startAgain } = deps;

  return async function matchDigits(ctx: Context, id: string): Promise<void> {
    const { digits } = checkInput(form, ctx.request.body);
    const isForm = !ctx.request.is('json');
    const scan = await findOwnScan(ctx, id);
    const verb = scan === undefined ? 'unknown' : await judge(ctx, scan, digits);
    if (verb === 'ended' || verb === 'wrong' || verb === 'unbound')
      return isForm ? redirect(ctx, 303, `/scans/${id}`) : tell(ctx, id);
    if (!isForm) throw verb === 'unknown' ? noSuchScan() : late();
    // Its page would go on asking for digits.
    if (verb === 'gone') return startAgain(ctx, 409, 'unknown-login', scan);
    await showPage(ctx, id);
    if (ctx.status === 200) ctx.status = 409;
  };

  /** `gone`: the phone's login stands for nobody any more. */
  async function judge(ctx: Context, scan: Scan, digits: string) {
    if (scan.state !== 'match' && scan.state !== 'ended') return 'late';
    const identified = await phones.find(scan.login);
    if (identified === undefined) return 'gone';
    const browser = cookie.digestOf(ctx) ?? '';
    const { verb } = await withinASecond(() => scans.match(scan, browser, digits, identified));
    if (verb === 'ended') await remember(ctx, scan, identified);
    return verb;
  }

  async function tell(ctx: Context, id: string): Promise<void> {
    const scan = await findOwnScan(ctx, id);
    if (scan === undefined) throw noSuchScan();
    const { state, triesLeft } = scan;
    ctx.body = { ...(await scanViewOf(scan)), ...(state === 'match' && { tries_left: triesLeft }) };
  }

  /** Next time the person's word on the phone is enough. Who is not bound yet is nobody, and types digits once more. */
  async function remember(ctx: Context, { entId }: Scan, { identity }: Identified): Promise<void> {
    const binding = await nameOfBinding({ ...identity, entId }).catch(() => undefined);
    if (binding !== undefined) knownDesktops.remember(ctx, binding);
  }
}

const late = () => new Problem(409, 'conflict', 'No digits are to be typed for this scan, or no more.');
