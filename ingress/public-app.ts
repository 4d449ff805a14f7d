import { METHODS } from 'node:http';
import Router from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import type { Logger } from 'pino';
import { errorPage } from '#ingress/browser/error-page.ts';
import type { createLoginPage } from '#ingress/browser/login-page.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { ReadStatus } from '#ingress/browser/read-status.ts';
import type { ReceiveCallback } from '#ingress/browser/receive-callback.ts';
import type { StartLogin } from '#ingress/browser/start-login.ts';
import type { createVerifyFile } from '#ingress/browser/verify-file.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { jsonErrors } from '#ingress/http/middleware/json-errors.ts';
import { onlyForPeople } from '#ingress/http/middleware/only-for-people.ts';
import { securityHeaders } from '#ingress/http/middleware/security-headers.ts';
import { Problem } from '#ingress/http/problem.ts';
import { boundRequest } from '#operations/bound-request.ts';
import { onBrokenOff } from '#operations/broken-off.ts';
import { nameRequest } from '#operations/request-id.ts';

const verifyFilePath = /^\/MP_verify_\w+\.txt$/;

/** The public listener: the browser's door and, mounted beside it, the host's. Opens nothing, listens to nothing. */
export function createBrowserApp(deps: {
  startLogin: StartLogin;
  callback: ReceiveCallback;
  readStatus: ReadStatus;
  loginPage: ReturnType<typeof createLoginPage>;
  verifyFile: ReturnType<typeof createVerifyFile>;
  hostRoutes: Router;
  assets: Middleware;
  httpMetrics: Middleware;
  pages: Pages;
  publicUrl: string;
  log: Logger;
}): Koa {
  const { pages, publicUrl, log } = deps;
  const id = (ctx: Context) => String((ctx as unknown as { params: { id?: string } }).params.id);

  // Every method there is: the router would answer a rarer one with 501, as if something were wrong here. And no second
  // spelling of an address: a proxy in front tells capitals apart, and its limits would not hold for them.
  const browser = new Router({ methods: METHODS, sensitive: true });
  browser.get('/wechatTransfer', onlyForPeople(), deps.startLogin);
  browser.get('/wechat/callback', onlyForPeople(), deps.callback.receiveCallback);
  browser.get('/logins/:id', onlyForPeople(), (ctx) => deps.loginPage(ctx, id(ctx)));
  browser.get('/logins/:id/status', (ctx) => deps.readStatus(ctx, id(ctx)));
  browser.post('/logins/:id/confirm', (ctx) => {
    refuseForeignForm(ctx, publicUrl);
    return deps.callback.confirmLogin(ctx, id(ctx));
  });
  browser.get(verifyFilePath, (ctx) => deps.verifyFile(ctx, ctx.path.slice(1)));
  browser.all('/logins/:id/confirm', allowOnly('POST'));
  for (const path of [
    '/wechatTransfer',
    '/wechat/callback',
    '/logins/:id',
    '/logins/:id/status',
    verifyFilePath,
  ]) {
    browser.all(path, allowOnly('GET', 'HEAD'));
  }

  const app = new Koa();
  app.on('error', onBrokenOff(log));
  app.use(nameRequest());
  app.use(deps.httpMetrics);
  app.use(jsonErrors(log));
  app.use(securityHeaders({ publicUrl }));
  app.use(errorPage({ pages, log }));
  app.use(boundRequest(app));
  app.use(deps.assets);
  app.use(browser.routes());
  app.use(deps.hostRoutes.routes());
  app.use(() => {
    throw new Problem(404, 'not_found', 'There is nothing at this address.');
  });
  return app;
}

/**
 * SameSite=Lax keeps the cookie from a foreign form already, but not from one of a sister domain; what the browser tells
 * of the form's home must agree. Our own forms have the Origin `null`, since our pages send no referrer.
 */
function refuseForeignForm(ctx: Context, publicUrl: string): void {
  const origin = ctx.get('origin');
  const site = ctx.get('sec-fetch-site');
  const isForeign =
    (origin !== '' && origin !== 'null' && origin !== publicUrl) || (site !== '' && site !== 'same-origin');
  if (isForeign) throw new Problem(403, 'forbidden', 'This form was sent from another site.');
}
