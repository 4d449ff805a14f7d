import { randomBytes } from 'node:crypto';
import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import { bindPage, failedPage, homePage, signedInPage, startAgainPage } from './host-pages.ts';
import { createWeChatLogin, type Person } from './wechat-login.ts';

/** One customer of the host: where its people log in, and its key at the login service. */
export type HostEnterprise = { entId: string; name: string; apiKey: string; startUrl: string };
export type Session = { enterprise: HostEnterprise; person: Person };

const cookieName = 'demo-host';
/** Who has an account at this host already. A real one would let the person prove it, by password or a text message. */
const users = ['alice', 'bob', 'carol'];

/**
 * An example of a system that people log in to by WeChat: it has its own users and its own session, and asks the login
 * service only who has just come. Koa, in memory; `enterprises` may be filled after it was made.
 */
export function createHost({
  serviceUrl,
  enterprises,
}: {
  serviceUrl: string;
  enterprises: readonly HostEnterprise[];
}): Koa {
  const sessions = new Map<string, Session>();
  const router = new Router();

  const find = (entId: string) => enterprises.find((enterprise) => enterprise.entId === entId);
  const weChatLogin = ({ entId, apiKey }: HostEnterprise) => createWeChatLogin(serviceUrl, entId, apiKey);

  /** The ticket has done its work: from here on the browser has our own cookie, and the address no ticket. */
  function logIn(ctx: Context, session: Session): void {
    const id = randomBytes(32).toString('base64url');
    sessions.set(id, session);
    ctx.cookies.set(cookieName, id, { httpOnly: true, sameSite: 'lax' });
    ctx.status = 303;
    ctx.redirect('/');
  }

  const sessionOf = (ctx: Context) => sessions.get(ctx.cookies.get(cookieName) ?? '');

  router.get('/', (ctx) => {
    ctx.body = homePage({ session: sessionOf(ctx), enterprises });
  });

  // The enterprise's login_url.
  router.get('/login', async (ctx) => {
    const enterprise = find(text(ctx.query['ent_id']));
    const person = enterprise && (await weChatLogin(enterprise).redeem(text(ctx.query['ticket'])));
    if (enterprise && person) return logIn(ctx, { enterprise, person });
    ctx.status = 400;
    ctx.body = startAgainPage({ startUrl: enterprise?.startUrl ?? '/' });
  });

  // Somebody may have begun the login himself and sent its end on: whoever is signed in already did not come to bind.
  router.all('/bind', async (ctx, next) => {
    if (sessionOf(ctx) === undefined) return next();
    ctx.status = 409;
    ctx.body = signedInPage();
  });

  // The enterprise's bind_url: WeChat knows the person, we do not yet.
  router.get('/bind', (ctx) => {
    const [entId, bindTicket] = [text(ctx.query['ent_id']), text(ctx.query['bind_ticket'])];
    ctx.body = bindPage({ entId, bindTicket, users });
  });

  router.post('/bind', async (ctx) => {
    const form = ctx.request.body as Record<string, unknown>;
    const [entId, bindTicket, userId] = [
      text(form['ent_id']),
      text(form['bind_ticket']),
      text(form['user_id']),
    ];
    if (!users.includes(userId)) {
      ctx.status = 400;
      ctx.body = bindPage({ entId, bindTicket, users, unknownUser: userId });
      return;
    }
    const enterprise = find(entId);
    const person = enterprise && (await weChatLogin(enterprise).bind(bindTicket, userId));
    if (enterprise && person) return logIn(ctx, { enterprise, person });
    ctx.status = 400;
    ctx.body = startAgainPage({ startUrl: enterprise?.startUrl ?? '/' });
  });

  router.post('/logout', (ctx) => {
    sessions.delete(ctx.cookies.get(cookieName) ?? '');
    ctx.cookies.set(cookieName);
    ctx.status = 303;
    ctx.redirect('/');
  });

  const app = new Koa();
  app.use(async function protectPages(ctx, next) {
    ctx.set({
      'Cache-Control': 'no-store',
      // A ticket in the address must not travel on to whoever serves the avatar.
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'self'; frame-ancestors 'none'",
    });
    try {
      await next();
    } catch {
      // The login service is away. What it said, with a ticket in it perhaps, is nothing to show.
      ctx.status = 502;
      ctx.body = failedPage();
    }
  });
  app.use(bodyParser({ enableTypes: ['form'] }));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** A parameter given twice, or not at all, is no parameter. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
