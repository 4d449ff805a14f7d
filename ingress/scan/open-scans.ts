import { createBrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { createDesktopPages } from '#ingress/scan/desktop-page.ts';
import { createKnownDesktops } from '#ingress/scan/known-desktops.ts';
import { createNetworkName } from '#ingress/scan/network-name.ts';
import { createOpenScan } from '#ingress/scan/open-scan.ts';
import { createOpeningLimits } from '#ingress/scan/opening-limits.ts';
import { createScans } from '#models/login/scans.ts';
import type { LoginStore } from '#models/login/store.ts';
import type { Sealer } from '#models/sealing.ts';
import type { createClientAddress } from '#operations/client-address.ts';

export type ScanOpening = ReturnType<typeof openScans>;

/** How a desktop's page is opened, which other doors do, and what the scan's own door goes on with. */
export function openScans(options: {
  store: LoginStore;
  shards: number;
  sealer: Sealer;
  pages: Pages;
  publicUrl: string;
  addressOf: ReturnType<typeof createClientAddress>;
  perMinute: number;
}) {
  const { store, shards, sealer, addressOf, perMinute } = options;
  const base = {
    scans: createScans({ store, shards, sealer }),
    cookie: createBrowserCookie(options),
    desktopPages: createDesktopPages(options),
    knownDesktops: createKnownDesktops(options),
    networkName: createNetworkName(options),
  };
  const countOpening = createOpeningLimits({ addressOf, perMinute });
  return { ...base, openScan: createOpenScan({ ...options, ...base, countOpening }) };
}
