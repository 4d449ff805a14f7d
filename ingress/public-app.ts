import type Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from 'pino';
import type { BrowserDoor } from '#ingress/browser/browser-door.ts';
import { errorPage } from '#ingress/browser/error-page.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { type HotRoute, hotPath } from '#ingress/http/middleware/hot-path.ts';
import { httpMetrics } from '#ingress/http/middleware/http-metrics.ts';
import { jsonErrors } from '#ingress/http/middleware/json-errors.ts';
import { securityHeaders } from '#ingress/http/middleware/security-headers.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { IngressMetrics } from '#ingress/metrics.ts';
import { boundRequest } from '#operations/bound-request.ts';
import { onBrokenOff } from '#operations/broken-off.ts';
import { type QueryBounds, usualQuery } from '#operations/read-query.ts';
import { nameRequest } from '#operations/request-id.ts';

/** The public listener: middleware in order, then its doors in order. Opens nothing, listens to nothing. */
export function createPublicApp(deps: {
  browser: BrowserDoor;
  host: Router;
  oidc: Router;
  scan: { readonly router: Router; readonly hotRoutes: readonly HotRoute[] };
  pages: Pages;
  publicUrl: string;
  metrics: Pick<IngressMetrics, 'request'>;
  log: Logger;
}): Koa {
  const { pages, publicUrl, log } = deps;
  const app = new Koa();
  app.on('error', onBrokenOff(log));
  app.use(nameRequest());
  app.use(httpMetrics(deps.metrics));
  app.use(jsonErrors(log));
  app.use(securityHeaders({ publicUrl, inline: pages.policy }));
  app.use(errorPage({ pages, enterpriseOf: deps.browser.lastEnterprise, log }));
  app.use(boundRequest(app, boundsOf));
  app.use(hotPath([...deps.browser.hotRoutes, ...deps.scan.hotRoutes]));
  app.use(deps.browser.router.routes());
  app.use(deps.oidc.routes());
  app.use(deps.scan.router.routes());
  app.use(deps.host.routes());
  app.use(() => {
    throw new Problem(404, 'not_found', 'There is nothing at this address.');
  });
  return app;
}

/** An OpenID client's request may bring an id token along. */
const oidcQuery: QueryBounds = { parameters: 32, length: 4_096 };
const boundsOf = (path: string): QueryBounds => (path.startsWith('/oidc/') ? oidcQuery : usualQuery);
