import { randomBytes } from 'node:crypto';
import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import { languageOf } from '#simulator/language.ts';
import { hostPages } from './host-pages.ts';
import { createWeChatLogin, type Person, type Refusal } from './wechat-login.ts';

/** One customer of the host: where its people log in, and its key at the login service. */
export type HostEnterprise = { entId: string; name: string; apiKey: string; startUrl: string };
export type Session = { enterprise: HostEnterprise; person: Person };
/** A login that this browser began: what the login service hands back must be of it. */
type Begun = { enterprise: HostEnterprise; state: string; verifier: string };

const sessionCookie = 'demo-host';
const begunCookie = 'demo-host-login';
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
  const logins = new Map<string, Begun>();
  const router = new Router();

  const find = (entId: string) => enterprises.find((enterprise) => enterprise.entId === entId);
  const weChatLogin = ({ entId, apiKey }: HostEnterprise) => createWeChatLogin(serviceUrl, entId, apiKey);

  function remember<T>(ctx: Context, cookie: string, all: Map<string, T>, one: T): void {
    const id = randomBytes(32).toString('base64url');
    all.set(id, one);
    ctx.cookies.set(cookie, id, { httpOnly: true, sameSite: 'lax' });
  }

  const pagesFor = (ctx: Context) => hostPages(languageOf(ctx.req));
  const sessionOf = (ctx: Context) => sessions.get(ctx.cookies.get(sessionCookie) ?? '');

  /** The login that this very browser began: an address that somebody else sent it has another state, or none. */
  function begunHere(ctx: Context, state: string): Begun | undefined {
    const begun = logins.get(ctx.cookies.get(begunCookie) ?? '');
    return begun?.state === state ? begun : undefined;
  }

  /** The ticket has done its work: from here on the browser has our own cookie, and the address no ticket. */
  function finish(
    ctx: Context,
    enterprise: HostEnterprise | undefined,
    person: Person | Refusal | undefined,
  ): void {
    if (enterprise && person && !('refused' in person)) {
      logins.delete(ctx.cookies.get(begunCookie) ?? '');
      remember(ctx, sessionCookie, sessions, { enterprise, person });
      ctx.status = 303;
      ctx.redirect('/');
      return;
    }
    const startUrl = enterprise?.startUrl ?? '/';
    const isConflict = person !== undefined && 'refused' in person && person.refused === 'conflict';
    ctx.status = isConflict ? 409 : 400;
    const pages = pagesFor(ctx);
    ctx.body = isConflict ? pages.conflict(startUrl) : pages.startAgain(startUrl);
  }

  router.get('/', (ctx) => {
    const session = sessionOf(ctx);
    const pages = pagesFor(ctx);
    ctx.body = session === undefined ? pages.home(enterprises) : pages.workbench(session);
  });

  // The enterprise's initiate_login_uri: every login begins in a session of ours.
  router.get('/begin', (ctx) => {
    const enterprise = find(text(ctx.query['ent_id']));
    if (enterprise === undefined) return finish(ctx, undefined, undefined);
    const [target, lang] = [text(ctx.query['target_link_uri']), text(ctx.query['lang'])];
    const { url, ...kept } = weChatLogin(enterprise).begin(target, lang);
    remember(ctx, begunCookie, logins, { enterprise, ...kept });
    ctx.redirect(url);
  });

  // The enterprise's login_url.
  router.get('/login', async (ctx) => {
    const begun = begunHere(ctx, text(ctx.query['state']));
    const enterprise = begun?.enterprise ?? find(text(ctx.query['ent_id']));
    const redeemed = begun && weChatLogin(begun.enterprise).redeem(text(ctx.query['ticket']), begun.verifier);
    finish(ctx, enterprise, await redeemed);
  });

  // Whoever is signed in already did not come to bind.
  router.all('/bind', async (ctx, next) => {
    if (sessionOf(ctx) === undefined) return next();
    ctx.status = 409;
    ctx.body = pagesFor(ctx).signedIn();
  });

  // The enterprise's bind_url: WeChat knows the person, we do not yet.
  router.get('/bind', async (ctx) => {
    const [bindTicket, state] = [text(ctx.query['bind_ticket']), text(ctx.query['state'])];
    const begun = begunHere(ctx, state);
    const enterprise = begun?.enterprise ?? find(text(ctx.query['ent_id']));
    const seen = begun && (await weChatLogin(begun.enterprise).look(bindTicket));
    if (seen === undefined || 'refused' in seen) return finish(ctx, enterprise, undefined);
    ctx.body = pagesFor(ctx).bind({ state, bindTicket, users, whose: seen });
  });

  router.post('/bind', async (ctx) => {
    const form = ctx.request.body as Record<string, unknown>;
    const [bindTicket, state, userId] = ['bind_ticket', 'state', 'user_id'].map((name) =>
      text(form[name]),
    ) as [string, string, string];
    const begun = begunHere(ctx, state);
    if (begun === undefined) return finish(ctx, undefined, undefined);
    const login = weChatLogin(begun.enterprise);
    if (!users.includes(userId)) {
      const seen = await login.look(bindTicket);
      if ('refused' in seen) return finish(ctx, begun.enterprise, undefined);
      ctx.status = 400;
      ctx.body = pagesFor(ctx).bind({ state, bindTicket, users, whose: seen, unknownUser: userId });
      return;
    }
    finish(ctx, begun.enterprise, await login.bind(bindTicket, userId, begun.verifier));
  });

  router.post('/logout', (ctx) => {
    sessions.delete(ctx.cookies.get(sessionCookie) ?? '');
    ctx.cookies.set(sessionCookie);
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
      ctx.body = pagesFor(ctx).failed();
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
