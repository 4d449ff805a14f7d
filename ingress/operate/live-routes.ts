import { hash } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { type Live, liveQuery } from '#ingress/operate/live.ts';

/** GET /operate/live: the same as JSON; 304 while nothing but the time has changed. */
export function liveRoutes(live: Live): Router {
  const router = new Router({ sensitive: true });
  router.get('/operate/live', async (ctx: Context) => {
    const { at, ...body } = await live(checkInput(liveQuery, ctx.query), languageOf(undefined, ctx));
    const etag = `W/"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 22)}"`;
    ctx.set({ ETag: etag, Vary: 'Accept-Language' });
    // Not Koa's `fresh`: it says no to whoever asks without a cache, as every fetch of a program does.
    if (ctx.get('if-none-match') === etag) {
      ctx.status = 304;
      return;
    }
    ctx.body = { at, ...body };
  });
  router.all('/operate/live', allowOnly('GET', 'HEAD'));
  return router;
}
