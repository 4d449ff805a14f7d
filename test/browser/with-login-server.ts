import { EventEmitter, once } from 'node:events';
import type { ExecutionContext } from 'ava';
import Koa, { type Context } from 'koa';
import type { LoginView } from '#ingress/browser/login-view.ts';
import { createAssets } from '#ingress/browser/pages/assets.ts';
import { type Language, languageOf } from '#ingress/browser/pages/language.ts';
import { createPages, type Pages } from '#ingress/browser/pages/render-page.ts';
import { securityHeaders } from '#ingress/http/middleware/security-headers.ts';
import { withServer } from '#test/ingress/with-server.ts';

/** What the status route does: tells a view, or misbehaves. */
export type StatusScript =
  | LoginView
  | { http: number; retryAfter?: number; body?: string }
  | 'drop'
  | 'hang'
  | 'never holds';

const pending: LoginView = { status: 'pending' };

/**
 * The real pages, files and headers under routes that do what the test says. The login's page is `/logins/1`; its status
 * is `pending` until `tell` says otherwise, which wakes the polls that are held, as a worker's completion would.
 */
export async function withLoginServer(
  t: ExecutionContext,
  options: { enterpriseName?: string; waitedMs?: number } = {},
) {
  const pages = createPages();
  const assets = createAssets();
  const changes = new EventEmitter().setMaxListeners(0);
  let script: StatusScript = pending;
  let page: ((pages: Pages, lang: Language) => string) | undefined;
  const requests: { method: string; url: string; body: string }[] = [];

  const view = () => (typeof script === 'object' && 'status' in script ? script : pending);

  async function answerStatus(ctx: Context): Promise<void> {
    if (
      typeof script === 'object' &&
      'status' in script &&
      script.status === 'pending' &&
      !script.retry_after_ms
    ) {
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
      ctx.body = script;
    }
  }

  const app = new Koa();
  app.silent = true;
  app.use(assets.middleware);
  app.use(securityHeaders({ publicUrl: 'http://127.0.0.1' }));
  app.use(async (ctx) => {
    if (ctx.path === '/favicon.ico') return;
    let body = '';
    for await (const chunk of ctx.req.setEncoding('utf8')) body += chunk;
    requests.push({ method: ctx.method, url: ctx.url, body });
    const lang = languageOf(undefined, ctx);
    if (ctx.path === '/logins/1/status') return answerStatus(ctx);
    if (ctx.path === '/logins/1') {
      const { status, location, retry_after_ms } = view();
      const leadsOn = status === 'ready' || status === 'bind' || (status === 'reauthorize' && retry_after_ms);
      if (leadsOn && location) return ctx.redirect(location);
      ctx.type = 'html';
      ctx.body = pages.waiting({
        lang,
        enterpriseName: options.enterpriseName ?? 'Acme',
        view: view(),
        waitedMs: options.waitedMs ?? 0,
        statusUrl: '/logins/1/status',
        startUrl: '/wechatTransfer?ent_id=acme',
      });
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
    startUrl: `${origin}/wechatTransfer?ent_id=acme`,
    requests,
    polls: () => requests.filter(({ url }) => url.startsWith('/logins/1/status')).length,
    starts: () => requests.filter(({ url }) => url.startsWith('/wechatTransfer')).length,
    tell(next: StatusScript) {
      script = next;
      changes.emit('told');
    },
    /** What `/page` shows from now on. */
    show(next: (pages: Pages, lang: Language) => string) {
      page = next;
      return `${origin}/page`;
    },
  };
}
