import { METHODS } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { Logger } from 'pino';
import type { Admission } from '#ingress/admission/admission.ts';
import type { ClientName } from '#ingress/admission/client-name.ts';
import type { HoldReason } from '#ingress/admission/hold-reason.ts';
import type { Lanes } from '#ingress/admission/lanes.ts';
import { createAwaitView } from '#ingress/browser/await-view.ts';
import { createBeginLogin } from '#ingress/browser/begin-login.ts';
import { createBeginWithin } from '#ingress/browser/begin-within.ts';
import { createBrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { createConfirmLogin } from '#ingress/browser/confirm-login.ts';
import { createConfirmQuestion } from '#ingress/browser/confirm-question.ts';
import { countTold } from '#ingress/browser/count-told.ts';
import { createEnqueueExchange } from '#ingress/browser/enqueue-exchange.ts';
import type { ExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import { createFindOwnLogin } from '#ingress/browser/find-own-login.ts';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import { createHoldCallback } from '#ingress/browser/hold-callback.ts';
import { createLeadToWeChat } from '#ingress/browser/lead-to-wechat.ts';
import { createLoginEndLog } from '#ingress/browser/login-end-log.ts';
import { createLoginPage } from '#ingress/browser/login-page.ts';
import { createLoginViews } from '#ingress/browser/login-view.ts';
import { createOpenScanOrLink } from '#ingress/browser/open-scan-or-link.ts';
import { createOutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { createReadStatus } from '#ingress/browser/read-status.ts';
import { type CallbackOutcome, createReceiveCallback } from '#ingress/browser/receive-callback.ts';
import { createRequeueLost } from '#ingress/browser/requeue-lost.ts';
import { createRestartLogin } from '#ingress/browser/restart-login.ts';
import { createSendOpenPage } from '#ingress/browser/send-open-page.ts';
import { createShowLogo } from '#ingress/browser/show-logo.ts';
import { createStartAgain } from '#ingress/browser/start-again-page.ts';
import { createStartGate } from '#ingress/browser/start-gate.ts';
import { createStartLogin, type OpenScan } from '#ingress/browser/start-login.ts';
import { createVerifyFile } from '#ingress/browser/verify-file.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import type { HotRoute } from '#ingress/http/middleware/hot-path.ts';
import { onlyForPeople } from '#ingress/http/middleware/only-for-people.ts';
import { createRequestLog } from '#ingress/http/request-log.ts';
import { refuseForeignForm } from '#ingress/http/same-origin.ts';
import type { Waking } from '#ingress/waking/open-waking.ts';
import type { Count } from '#models/counts/tally.ts';
import { isBound } from '#models/documents/bindings.ts';
import type { HistoryWriter } from '#models/documents/history-writer.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import type { LoginRecords } from '#models/login/record.ts';
import type { Tickets } from '#models/login/ticket.ts';

const logoPath = '/logos/:ent_id/:digest';
const verifyFilePath = /^\/MP_verify_\w+\.txt$/;

export type BrowserDoor = ReturnType<typeof createBrowserDoor>;
export type BrowserSteps = BrowserDoor['steps'];

/** The browser's door: one login, from the link to the way back to the host. */
export function createBrowserDoor(deps: {
  documents: Pick<Documents, 'logos' | 'accounts' | 'bindings' | 'directory' | 'sealer'>;
  logins: { readonly records: LoginRecords; readonly tickets: Tickets; readonly queue: ExchangeQueue };
  door: {
    readonly admission: Admission;
    readonly lanes: Lanes;
    readonly clientName: ClientName;
    readonly whyWaits: (appid: string) => HoldReason | undefined;
    readonly mayShare: () => boolean;
  };
  waking: Waking;
  history: Pick<HistoryWriter, 'write'>;
  openScan: OpenScan;
  pages: Pages;
  settings: {
    readonly publicUrl: string;
    readonly openOrigin: string;
    readonly codeLifetimeMs: number;
    readonly callbackHoldMs: number;
  };
  count: Count;
  metrics: {
    readonly loginBegun: () => void;
    readonly callback: (outcome: CallbackOutcome) => void;
    readonly heldPolls: (count: () => number) => void;
  };
  log: Logger;
}) {
  const { logins, pages, settings, count, metrics, log } = deps;
  const { records, queue } = logins;
  const { directory, bindings, sealer, accounts, logos } = deps.documents;
  const cookie = createBrowserCookie(settings);
  const endLog = createLoginEndLog({ records, history: deps.history, count, log });
  const heldPolls = createHeldPolls();
  metrics.heldPolls(() => heldPolls.count);

  // What every step leans on.
  const told = { directory, cookie, pages, count, ...settings };
  const startAgain = createStartAgain(told);
  const outsideWeChat = createOutsideWeChat(told);
  const findOwnLogin = createFindOwnLogin({ records, cookie });
  const views = createLoginViews({
    ...told,
    tickets: logins.tickets,
    read: records.read,
    sealer,
    isBound: (person) => isBound(bindings, person),
    whyWaits: deps.door.whyWaits,
    onExpired: endLog.expired,
  });
  const viewOf = countTold(views, count);

  const awaitView = createAwaitView({ findOwnLogin, viewOf, cookie });

  const openScan = createOpenScanOrLink({ ...deps, outsideWeChat });

  // One login in order.
  const beginLogin = createBeginLogin({ ...told, ...deps.door, records, log, onBegun: metrics.loginBegun });
  const leadToWeChat = createLeadToWeChat({ ...told, beginLogin });
  const startLogin = createStartLogin({ ...told, leadToWeChat, outsideWeChat, openScan });
  const question = createConfirmQuestion({ sealer });
  const enqueueExchange = createEnqueueExchange({ queue, records, ...deps.door });
  const receiveCallback = createReceiveCallback({
    records,
    count,
    enqueueExchange,
    clientName: deps.door.clientName,
    sealer,
    cookie,
    startAgain,
    ...deps.waking,
    holdCallback: createHoldCallback({
      ...deps.waking,
      findOwnLogin,
      viewOf,
      awaitView,
      holdMs: settings.callbackHoldMs,
    }),
    restartLogin: createRestartLogin({ ...told, beginLogin, question, startAgain, outsideWeChat }),
    onCallback: metrics.callback,
    logRefused: createRequestLog(log),
    onRefused: endLog.refused,
  });
  const onConfirmed = () => metrics.callback('confirmed');
  const confirmLogin = createConfirmLogin({
    records,
    count,
    enqueueExchange,
    clientName: deps.door.clientName,
    sealer,
    cookie,
    question,
    startAgain,
    onConfirmed,
  });
  const requeueLost = createRequeueLost({ queue, ...deps.door, log });
  const loginPage = createLoginPage({
    ...told,
    ...deps.waking,
    findOwnLogin,
    viewOf,
    awaitView,
    sendOpenPage: createSendOpenPage({ awaitView, heldPolls, pages }),
    requeueLost,
    startAgain,
  });
  const readStatus = createReadStatus({
    findOwnLogin,
    cookie,
    viewOf,
    awaitView,
    heldPolls,
    requeueLost,
    ...deps.waking,
  });
  const verifyFile = createVerifyFile({ accounts });
  const showLogo = createShowLogo({ directory, logos });

  const startInTurn = createStartGate();
  // A browser's way through a login; the router knows them, too.
  const forPeople = onlyForPeople();
  const hotRoutes: readonly HotRoute[] = [
    {
      route: '/wechatTransfer',
      pattern: /^\/wechatTransfer$/,
      handle: (ctx) => forPeople(ctx, () => startInTurn(ctx, () => startLogin(ctx))),
    },
    {
      route: '/wechat/callback',
      pattern: /^\/wechat\/callback$/,
      handle: (ctx) => forPeople(ctx, () => receiveCallback(ctx)),
    },
    {
      route: '/logins/:id',
      pattern: /^\/logins\/([0-9a-f]{34})$/,
      handle: (ctx, id) => forPeople(ctx, () => loginPage(ctx, id)),
    },
    { route: '/logins/:id/status', pattern: /^\/logins\/([0-9a-f]{34})\/status$/, handle: readStatus },
  ];

  // Every method there is: the router would answer a rarer one with 501, as if something were wrong here. And no second
  // spelling of an address: a proxy in front tells capitals apart, and its limits would not hold for them.
  const router = new Router({ methods: METHODS, sensitive: true });
  const id = (ctx: Context) => String((ctx as unknown as { params: { id?: string } }).params.id);
  for (const { route, handle } of hotRoutes) router.get(route, (ctx) => handle(ctx, id(ctx)));
  router.post('/logins/:id/confirm', refuseForeignForm(settings), (ctx) => confirmLogin(ctx, id(ctx)));
  router.get(logoPath, (ctx) => showLogo(ctx, String(ctx.params['ent_id']), String(ctx.params['digest'])));
  router.get(verifyFilePath, (ctx) => verifyFile(ctx, ctx.path.slice(1)));
  router.all('/logins/:id/confirm', allowOnly('POST'));
  const read = [...hotRoutes.map(({ route }) => route), logoPath, verifyFilePath];
  for (const path of read) router.all(path, allowOnly('GET', 'HEAD'));
  /** For a door that a login is to come back to. */
  const within = {
    begin: createBeginWithin({ outsideWeChat, leadToWeChat, openScan, startInTurn, count }),
    inTurn: startInTurn,
    browserOf: cookie.digestOf,
  };
  const steps = { leadToWeChat, startInTurn, findOwnLogin, viewOf, startAgain };
  /** Whose link it is, elsewhere whom this browser came for last; as far as it is remembered. */
  const lastEnterprise = (ctx: Context) => {
    const named = ctx.path === '/wechatTransfer' ? ctx.query['ent_id'] : cookie.entIdOf(ctx);
    const isName = typeof named === 'string' && /^[\w-]{1,64}$/.test(named);
    return isName ? directory.recallEnterprise(named) : undefined;
  };
  return { router, hotRoutes, within, steps, lastEnterprise };
}
