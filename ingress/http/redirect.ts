import type { Context } from 'koa';

/**
 * Sends the browser on, without the page of links that Koa's own redirect writes: it would repeat the address, which may
 * hold a ticket, and nobody sees it. `url` must be one of ours, or made by us from checked parts.
 */
export function redirect(ctx: Context, status: 302 | 303, url: string): void {
  // Written at once: Koa's setters and its own answer cost as much as the rest of a redirect.
  ctx.res.writeHead(status, {
    Location: url,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': '0',
  });
  ctx.res.end();
  // Only now: what throws above must still become an error page.
  ctx.respond = false;
}
