import type { Context, Middleware } from 'koa';

/**
 * For the addresses that begin something when a person comes: a machine that only looks begins nothing, stores nothing and
 * gets no cookie. A HEAD hears that the address is there. A browser that fetches ahead is refused with an error, as it would
 * show a good answer to the person later on; on an error it asks again when the person really comes (HTML, speculative loading).
 */
export function onlyForPeople(): Middleware {
  return function onlyForPeople(ctx, next) {
    if (ctx.method === 'HEAD') {
      ctx.type = 'text/html; charset=utf-8';
      ctx.status = 200;
      return;
    }
    if (!isAhead(ctx)) return next();
    ctx.status = 503;
    ctx.vary('Sec-Purpose');
    ctx.type = 'text/plain';
    ctx.body = '';
    return;
  };
}

/** `Purpose` is older Chromium's and Safari's word, `X-Moz` older Firefox's. */
function isAhead(ctx: Context): boolean {
  const words = [ctx.get('sec-purpose'), ctx.get('purpose'), ctx.get('x-purpose'), ctx.get('x-moz')];
  return words.some((word) => /^(prefetch|preview)\b/i.test(word));
}
