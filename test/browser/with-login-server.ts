import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import Koa, { type Context } from 'koa';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import { type Language, languageOf } from '#ingress/browser/pages/language.ts';
import { createPages, type Pages } from '#ingress/browser/pages/render-page.ts';
import type { ScanView } from '#ingress/browser/pages/scan-pages.ts';
import { createSendOpenPage } from '#ingress/browser/send-open-page.ts';
import { securityHeaders } from '#ingress/http/middleware/security-headers.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { withServer } from '#test/ingress/with-server.ts';

/** What the status route does: tells a view, or misbehaves. */
export type StatusScript =
  | LoginView
  | ScanView
  | { http: number; retryAfter?: number; body?: string }
  | 'drop'
  | 'hang'
  | 'never holds';

const pending: LoginView = { status: 'pending' };

/**
 * The real pages, files and headers under routes that do what the test says. The login's page is `/logins/1`; its status
 * is `pending` until `tell` says otherwise, which wakes the polls that are held, as a worker's completion would. With `openMs`
 * the page is kept open for so long, as the product does it. `/scans/1` is the page of a computer that waits for a phone. With
 * `isKept` the browser may keep the pages for its Back button, as some do also with those of the product.
 */
export async function withLoginServer(
  t: ExecutionContext,
  options: {
    enterpriseName?: string;
    waitedMs?: number;
    openMs?: number;
    isKept?: boolean;
    /** As the policy of a page with a brand's colour names it. */
    styleSource?: string;
  } = {},
) {
  const pages = createPages();
  const settledLogins = createSettledLogins();
  t.teardown(settledLogins.close);
  const changes = new EventEmitter().setMaxListeners(0);
  let script: StatusScript = pending;
  let page: ((pages: Pages, lang: Language) => string) | undefined;
  const requests: { method: string; url: string; body: string }[] = [];

  const told = () => (typeof script === 'object' && 'status' in script ? script : pending);
  const view = () => told() as LoginView;

  const openPages = new Set<Socket>();
  const { openMs } = options;
  const sendOpenPage =
    openMs === undefined
      ? undefined
      : createSendOpenPage({ awaitView: async () => view(), heldPolls: createHeldPolls(), pages, openMs });

  async function answerStatus(ctx: Context): Promise<void> {
    const isHeld = told().status === 'pending' || told().status === 'waiting';
    if (script === told() && isHeld && !view().retry_after_ms) {
      await Promise.race([once(changes, 'told'), once(ctx.req, 'close'), once(ctx.res, 'close')]);
    }
    if (script === 'drop') {
      ctx.req.socket.destroy();
      ctx.respond = false;
    } else if (script === 'hang') {
      ctx.respond = false;
    } else if (script === 'never holds') {
      ctx.body = pending;
    } else if ('http' in script) {
      ctx.status = script.http;
      if (script.retryAfter !== undefined) ctx.set('Retry-After', String(script.retryAfter));
      ctx.body = script.body ?? { error: 'scripted' };
    } else {
      const { who, ...told } = script as LoginView;
      // A scan's is of another kind, and stays in the answer.
      if (typeof who === 'string') ctx.set('X-Login-Who', encodeURIComponent(who));
      ctx.body = typeof who === 'string' ? told : script;
    }
  }

  const app = new Koa();
  app.silent = true;
  const { style, script: scripts } = pages.policy;
  const styles = [...style, ...(options.styleSource ? [options.styleSource] : [])];
  app.use(securityHeaders({ publicUrl: 'http://127.0.0.1', inline: { style: styles, script: scripts } }));
  app.use(async (ctx) => {
    if (options.isKept) ctx.remove('Cache-Control');
    if (ctx.path === '/favicon.ico') return;
    let body = '';
    for await (const chunk of ctx.req.setEncoding('utf8')) body += chunk;
    requests.push({ method: ctx.method, url: ctx.url, body });
    const lang = languageOf(undefined, ctx);
    if (ctx.path === '/logins/1/status' || ctx.path === '/scans/1/status') return answerStatus(ctx);
    if (ctx.path === '/scans/1') {
      ctx.type = 'html';
      ctx.body = pages.desktopScan({
        lang,
        enterpriseName: options.enterpriseName ?? 'Acme',
        id: '1',
        view: told() as ScanView,
        qrSvg: '<svg viewBox="0 0 10 10"><path d="M0 0h10v10H0z"/></svg>',
        link: `${origin}/wechatTransfer?ent_id=acme`,
        startUrl: '/wechatTransfer?ent_id=acme',
        continueUrl: '/wechatTransfer?ent_id=acme&browser=any',
        isWrong: false,
      });
      return;
    }
    if (ctx.path === '/logins/1') {
      const { status, location, retry_after_ms } = view();
      const leadsOn = status === 'ready' || status === 'bind' || (status === 'reauthorize' && retry_after_ms);
      if (leadsOn && location) return ctx.redirect(location);
      const page = {
        lang,
        enterpriseName: options.enterpriseName ?? 'Acme',
        view: view(),
        waitedMs: options.waitedMs ?? 0,
        statusUrl: '/logins/1/status',
        supportCode: '3F2A-90BC-11',
        startUrl: '/wechatTransfer?ent_id=acme',
      };
      if (status === 'pending' && sendOpenPage) {
        openPages.add(ctx.req.socket);
        return sendOpenPage(ctx, pages.pending(page), { id: '1' } as LoginRecord, settledLogins.listen('1'));
      }
      ctx.type = 'html';
      ctx.body = pages.waiting(page);
      return;
    }
    if (ctx.path === '/page' && page) {
      ctx.type = 'html';
      ctx.body = page(pages, lang);
      return;
    }
    ctx.type = 'html';
    ctx.body = `<!doctype html><title>elsewhere</title><h1>${ctx.path.slice(1)}</h1>`;
  });
  const origin = await withServer(t, app);

  return {
    origin,
    /** The same server under another name: to a browser it's another site. */
    elsewhere: (path: string) => `${origin.replace('127.0.0.1', 'localhost')}${path}`,
    loginUrl: `${origin}/logins/1`,
    scanUrl: `${origin}/scans/1`,
    startUrl: `${origin}/wechatTransfer?ent_id=acme`,
    requests,
    polls: () => requests.filter(({ url }) => url.includes('/1/status')).length,
    starts: () => requests.filter(({ url }) => url.startsWith('/wechatTransfer')).length,
    tell(next: StatusScript) {
      script = next;
      changes.emit('told');
      settledLogins.hear(JSON.stringify([{ id: '1' }]));
    },
    /** The connections of pages that are open break. */
    cut(): void {
      for (const socket of openPages) socket.destroy();
    },
    /** What `/page` shows from now on. */
    show(next: (pages: Pages, lang: Language) => string) {
      page = next;
      return `${origin}/page`;
    },
  };
}
