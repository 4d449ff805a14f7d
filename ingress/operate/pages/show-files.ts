import type { Middleware } from 'koa';

const yearSeconds = 365 * 86_400;

/** The pages' files; an address names what is in it, so a browser keeps it. */
export function showFiles(
  files: ReadonlyMap<string, { readonly type: string; readonly text: string }>,
): Middleware {
  return async function showFiles(ctx, next): Promise<void> {
    if (!ctx.path.startsWith('/operate')) return next();
    // A page may load its own files, and send its own forms.
    ctx.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; " +
        "base-uri 'none'; frame-ancestors 'none'",
    );
    const file = files.get(ctx.path);
    if (file === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set('Cache-Control', `public, max-age=${yearSeconds}, immutable`);
    ctx.type = file.type;
    ctx.body = file.text;
  };
}
