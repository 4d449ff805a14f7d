import type { Context } from 'koa';

/**
 * Sends the browser on, without the page of links that Koa's own redirect writes: it would repeat the address, which may
 * hold a ticket, and nobody sees it. `url` must be one of ours, or made by us from checked parts.
 */
export function redirect(ctx: Context, status: 302 | 303, url: string): void {
  ctx.status = status;
  ctx.set('Location', url);
  ctx.type = 'text/plain';
  ctx.body = '';
}
