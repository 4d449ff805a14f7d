import type { Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { lookOf } from '#ingress/browser/pages/look.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { DesktopPages } from '#ingress/scan/desktop-page.ts';
import { deviceOf } from '#ingress/scan/device.ts';
import type { KnownDesktops } from '#ingress/scan/known-desktops.ts';
import type { NetworkName } from '#ingress/scan/network-name.ts';
import type { OpeningLimits } from '#ingress/scan/opening-limits.ts';
import { documentIdOf, type EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { Goal } from '#models/login/goal.ts';
import type { Scans } from '#models/login/scans.ts';

export type OpenScan = ReturnType<typeof createOpenScan>;
/** What the desktop's login is to have, as if its link had begun it in WeChat. */
type Wish = {
  readonly lang: Language;
  readonly target: string;
  readonly hostState?: string;
  readonly challenge?: string;
  readonly goal?: Goal;
};

/** The answer to a link that is opened on a computer: a QR code that logs this very browser in. One Redis command. */
export function createOpenScan(deps: {
  scans: Pick<Scans, 'open'>;
  cookie: Pick<BrowserCookie, 'ensure'>;
  countOpening: OpeningLimits;
  networkName: NetworkName;
  knownDesktops: Pick<KnownDesktops, 'bindingsOf'>;
  desktopPages: DesktopPages;
  publicUrl: string;
}) {
  const { scans, cookie, countOpening, networkName, knownDesktops, desktopPages, publicUrl } = deps;

  /** Throws a Problem: 429 when too many are opened, 503 when Redis does not answer. */
  return async function openScan(ctx: Context, enterprise: EnterpriseDocument, wish: Wish): Promise<void> {
    const { entId, appid } = enterprise;
    await countOpening(ctx, entId);
    const { lang, target, hostState = '', challenge = '', goal = '' } = wish;
    const about = { entId, target, lang, hostState, challenge, goal } as const;
    const opened = {
      ...about,
      appid,
      enterprise: documentIdOf(enterprise),
      browser: cookie.ensure(ctx, entId),
      device: deviceOf(ctx.get('user-agent')),
      network: networkName(ctx),
      known: knownDesktops.bindingsOf(ctx),
    };
    const { id, code } = await withinASecond(() => scans.open(opened));
    const view = { status: 'waiting', qr: `${publicUrl}/q/${code}` } as const;
    ctx.body = await desktopPages.draw(
      { ...about, id },
      view,
      lookOf(ctx, enterprise, languageOf(about.lang)),
    );
  };
}
