import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { PageLanguage } from '#ingress/operate/page-language.ts';
import type { OperatePages } from '#ingress/operate/pages/render-operate.ts';
import type { SessionCookie } from '#ingress/operate/session-cookie.ts';
import { putOnRecord } from '#ingress/operator/audit.ts';
import type { OperatorActionModel } from '#models/documents/operator-action.ts';
import type { Sessions } from '#models/operators/sessions.ts';
import type { ClientAddress } from '#operations/client-address.ts';
import { digest } from '#operations/digest.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import type { Operator } from '#operations/operator-roles.ts';
import type { FindOperator } from '#operations/require-operator.ts';

const bodyLimit = 4_096;
const home = '/operate';
/** Within the operator's pages alone: an address that leads elsewhere would make a sign-in page of ours somebody else's. */
const next = z
  .string()
  .regex(/^\/(operate|queues)(\/[\w-]+)*\/?(\?[\w=&.%-]*)?$/)
  .catch(home)
  .default(home);
const signInForm = z.object({ token: z.string().min(1).max(512), next });
const asked = z.object({ next });

/**
 * /operate/session: a browser signs in with a token, and out again. All that is wrong with a token is told alike; the sixth try of
 * a minute from one address waits.
 */
export function sessionRoutes(deps: {
  find: FindOperator;
  findSession: (ctx: Context) => Promise<Operator | undefined>;
  sessions: Sessions;
  cookie: SessionCookie;
  actions: OperatorActionModel;
  doorkeeper: Doorkeeper;
  addressOf: ClientAddress;
  pages: Pick<OperatePages, 'session'>;
  pageLanguage: PageLanguage;
}): Router {
  const { find, findSession, sessions, cookie, actions, doorkeeper, addressOf, pages, pageLanguage } = deps;
  const router = new Router({ sensitive: true });

  function show(
    ctx: Context,
    status: number,
    { operator, ...more }: { operator?: Operator; next: string; fault?: 'wrong' | 'later' },
  ) {
    ctx.status = status;
    ctx.type = 'html';
    const here = `/operate/session?${new URLSearchParams({ next: more.next })}`;
    ctx.body = pages.session({ here, lang: pageLanguage(ctx), ...(operator && { operator }) }, more);
  }

  async function signIn(ctx: Context, token: string): Promise<Operator | undefined> {
    const attempt = digest(token);
    const operator = await find(attempt).catch(async (error) => {
      // It is not ADMIN_TOKEN, which needs no store.
      await doorkeeper.noteUntold(ctx, attempt);
      throw error;
    });
    // A scraper's token reads nothing here.
    if (operator === undefined || operator.role === 'metrics') {
      await doorkeeper.turnAway(ctx, attempt);
      return undefined;
    }
    doorkeeper.letIn(ctx, attempt);
    await putOnRecord({ actions, addressOf }, ctx, operator, { action: 'sign in', object: 'session' });
    cookie.set(ctx, await sessions.begin(attempt));
    return operator;
  }

  router.get('/operate/session', async (ctx) => {
    const operator = await findSession(ctx).catch(() => undefined);
    show(ctx, 200, { ...checkInput(asked, ctx.query), ...(operator && { operator }) });
  });

  router.post('/operate/session', formBody(bodyLimit), async (ctx) => {
    const { token, next: goesOn } = checkInput(signInForm, ctx.request.body);
    const seconds = await doorkeeper.secondsToWait(ctx, digest(token));
    if (seconds > 0) {
      doorkeeper.putOff();
      ctx.set('Retry-After', String(seconds));
      return show(ctx, 429, { next: goesOn, fault: 'later' });
    }
    if ((await signIn(ctx, token)) === undefined) return show(ctx, 401, { next: goesOn, fault: 'wrong' });
    redirect(ctx, 303, goesOn);
  });

  router.post('/operate/session/end', async (ctx) => {
    const session = cookie.read(ctx);
    if (session !== undefined) await sessions.end(session);
    cookie.clear(ctx);
    redirect(ctx, 303, '/operate/session');
  });

  router.all('/operate/session', allowOnly('GET', 'HEAD', 'POST'));
  router.all('/operate/session/end', allowOnly('POST'));
  return router;
}

/** Where a person is sent who asks for a page without being signed in; programs are answered 401. */
export function signInPath(ctx: Context): string | undefined {
  const isPage = (ctx.method === 'GET' || ctx.method === 'HEAD') && /^\/operate(\/|$)/.test(ctx.path);
  if (!isPage || ctx.accepts('json', 'html') !== 'html') return undefined;
  const whole = ctx.path + ctx.search;
  return `/operate/session?next=${encodeURIComponent(next.parse(whole) === whole ? whole : ctx.path)}`;
}
