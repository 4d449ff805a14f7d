import { METHODS } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { BrowserSteps } from '#ingress/browser/browser-door.ts';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import type { HotRoute } from '#ingress/http/middleware/hot-path.ts';
import { onlyForPeople } from '#ingress/http/middleware/only-for-people.ts';
import { refuseForeignForm } from '#ingress/http/same-origin.ts';
import { wayOn } from '#ingress/http/way-on.ts';
import { createCancelScan } from '#ingress/scan/cancel-scan.ts';
import { createConfirmScan } from '#ingress/scan/confirm-scan.ts';
import { createFollowQr } from '#ingress/scan/follow-qr.ts';
import { createIdentifiedPhone } from '#ingress/scan/identified-phone.ts';
import { createMatchDigits } from '#ingress/scan/match-digits.ts';
import type { ScanOpening } from '#ingress/scan/open-scans.ts';
import { createFindOwnScan } from '#ingress/scan/own-scan.ts';
import { createScanStatus } from '#ingress/scan/scan-status.ts';
import { createScanViews } from '#ingress/scan/scan-view.ts';
import { createShowScan } from '#ingress/scan/show-scan.ts';
import type { Waking } from '#ingress/waking/open-waking.ts';
import { nameOfBinding } from '#models/documents/bindings.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import type { LoginRecords } from '#models/login/record.ts';

const pageOfScan = ({ path }: Context) => path.slice(0, path.lastIndexOf('/'));
// The phone's question stands at the address that its form is sent to.
const pageOfQuestion = ({ path }: Context) => path;

/** Who opens a page has proved nothing: all of them together may not take the listener's connections. */
const mostHeld = { perLogin: 2, inAll: 12_000 };

/** The door of a scan: a desktop that shows a QR code, and the phone that lets it in. */
export function createScanDoor(deps: {
  documents: Pick<Documents, 'bindings' | 'directory' | 'sealer'>;
  records: LoginRecords;
  opening: ScanOpening;
  steps: BrowserSteps;
  waking: Pick<Waking, 'settledLogins'>;
  pages: Pages;
  publicUrl: string;
  metrics: {
    readonly scanDenied: (entId: string) => void;
    readonly heldScanPolls: (count: () => number) => void;
  };
}) {
  const { records, opening, steps, metrics } = deps;
  const { bindings, sealer, directory } = deps.documents;
  const heldPolls = createHeldPolls(mostHeld);
  metrics.heldScanPolls(() => heldPolls.count);
  const told = { ...deps, ...opening, ...steps, directory };

  const findOwnScan = createFindOwnScan(told);
  const scanViewOf = createScanViews(told);
  const known = {
    phones: createIdentifiedPhone({ records, sealer }),
    nameOfBinding: (person: Parameters<typeof nameOfBinding>[1]) => nameOfBinding(bindings, person),
  };
  const desktop = { ...told, findOwnScan, scanViewOf };
  const showScan = createShowScan(desktop);
  const scanStatus = createScanStatus({ ...desktop, ...deps.waking, heldPolls });
  const matchDigits = createMatchDigits({ ...desktop, ...known, showPage: showScan.page });
  const cancelScan = createCancelScan(desktop);
  const followQr = createFollowQr(told);
  const confirmScan = createConfirmScan({ ...told, ...known, onDenied: metrics.scanDenied });

  const hotRoutes: readonly HotRoute[] = [
    { route: '/scans/:id/status', pattern: /^\/scans\/([0-9a-f]{34})\/status$/, handle: scanStatus },
  ];
  const router = new Router({ methods: METHODS, sensitive: true });
  const param = (ctx: Context, name: string) =>
    String((ctx as unknown as { params: Record<string, string> }).params[name]);
  const id = (ctx: Context) => param(ctx, 'id');
  const forPeople = onlyForPeople();
  const ownForm = refuseForeignForm(deps);
  const form = [ownForm, formBody(1_024)] as const;

  router.get('/q/:code', forPeople, (ctx) => steps.startInTurn(ctx, () => followQr(ctx, param(ctx, 'code'))));
  router.get('/scans/:id', forPeople, (ctx) => showScan.page(ctx, id(ctx)));
  router.get('/scans/:id/qr.svg', forPeople, (ctx) => showScan.picture(ctx, id(ctx)));
  router.get('/scans/:id/status', (ctx) => scanStatus(ctx, id(ctx)));
  router.post('/scans/:id/match', wayOn(pageOfScan), ...form, (ctx) => matchDigits(ctx, id(ctx)));
  router.post('/scans/:id/cancel', wayOn(pageOfScan), ownForm, (ctx) => cancelScan(ctx, id(ctx)));
  router.get('/logins/:id/scan', forPeople, (ctx) => confirmScan.ask(ctx, id(ctx)));
  router.post('/logins/:id/scan', wayOn(pageOfQuestion), ...form, (ctx) => confirmScan.decide(ctx, id(ctx)));
  for (const path of ['/q/:code', '/scans/:id', '/scans/:id/qr.svg', '/scans/:id/status'])
    router.all(path, allowOnly('GET', 'HEAD'));
  for (const path of ['/scans/:id/match', '/scans/:id/cancel']) router.all(path, allowOnly('POST'));
  router.all('/logins/:id/scan', allowOnly('GET', 'HEAD', 'POST'));
  return { router, hotRoutes };
}
