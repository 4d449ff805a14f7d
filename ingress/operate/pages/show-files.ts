import type { Context, Middleware } from 'koa';
import type { Asset } from '#ingress/operate/pages/assets.ts';

const yearSeconds = 365 * 86_400;

/**
 * What a page of the operator's may do: load its own files, and send its own forms. Its forms tell where they come from, which
 * a browser that was told to send no referrer keeps to itself; other sites hear nothing.
 */
export function allowPage(ctx: Context): void {
  ctx.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; " +
      "base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin',
  });
}

/** The pages' files; an address names what is in it, so a browser keeps it. */
export function showFiles(files: ReadonlyMap<string, () => Asset>): Middleware {
  return async function showFiles(ctx, next): Promise<void> {
    if (!ctx.path.startsWith('/operate')) return next();
    allowPage(ctx);
    const file = files.get(ctx.path)?.();
    if (file === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set('Cache-Control', `public, max-age=${yearSeconds}, immutable`);
    ctx.vary('Accept-Encoding');
    ctx.type = file.type;
    if (ctx.acceptsEncodings('gzip', 'identity') !== 'gzip') {
      ctx.body = file.text;
      return;
    }
    ctx.set('Content-Encoding', 'gzip');
    ctx.body = file.gzipped;
  };
}
