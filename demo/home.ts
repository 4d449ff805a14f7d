import { createHash } from 'node:crypto';
import { Router } from '@koa/router';
import Koa from 'koa';
import { languageOf } from '#simulator/language.ts';
import { homePage, homeScript, startingPage } from './home-page.ts';

/** Where everything of a demo is. */
export type DemoAddresses = {
  openHouse: string;
  staffRoom: string;
  host: string;
  oidcHost: string;
  simulator: string;
  operate: string;
  dashboard: string;
  ingressMetrics: string;
  workerMetrics: string;
  /** The operator's token; a browser that asks for a user takes any. */
  password: string;
};

/** The one address to open: what there is to click, `/addresses.json` for programs. Until `addresses()` knows, both say so with 503. */
export function createHome({
  addresses,
  hosts = ['127.0.0.1', 'localhost'],
}: {
  addresses: () => DemoAddresses | undefined;
  /** The names it is reached by: another site that has its own name lead here must not read the operator's token. */
  hosts?: readonly string[];
}): Koa {
  const router = new Router();

  router.get('/', async (ctx) => {
    const language = languageOf(ctx.req);
    const known = addresses();
    ctx.status = known === undefined ? 503 : 200;
    ctx.body = known === undefined ? startingPage(language) : await homePage(language, known);
  });

  router.get('/addresses.json', (ctx) => {
    const known = addresses();
    ctx.status = known === undefined ? 503 : 200;
    ctx.body = known ?? { error: 'starting' };
  });

  const script = createHash('sha256').update(homeScript).digest('base64');
  const app = new Koa();
  app.use(async function protectPages(ctx, next) {
    ctx.set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      // The page holds the operator's token: nobody else's page may frame it, and no script but its own runs in it.
      'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${script}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    if (hosts.includes(ctx.hostname)) await next();
    else ctx.status = 421;
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
