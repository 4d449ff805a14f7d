import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Middleware } from 'koa';

export type AssetUrls = { readonly css: string; readonly js: string };
export type Assets = ReturnType<typeof createAssets>;

/**
 * The pages' stylesheet and script, kept in memory, packed for the phones that take them so: a third of the bytes. A name
 * holds its content's hash, so that a browser may keep a file for ever and a new release is never shown with an old file.
 */
export function createAssets() {
  const css = asset('page.css', 'text/css; charset=utf-8');
  const js = asset('waiting.js', 'text/javascript; charset=utf-8');
  const byUrl = new Map([css, js].map((file) => [file.url, file]));

  const middleware: Middleware = (ctx, next) => {
    const file = byUrl.get(ctx.path);
    if (!file || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set({
      'Content-Type': file.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    });
    ctx.vary('Accept-Encoding');
    const isPacked = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
    if (isPacked) ctx.set('Content-Encoding', 'gzip');
    ctx.body = isPacked ? file.packed : file.content;
    return;
  };

  return { middleware, urls: { css: css.url, js: js.url } satisfies AssetUrls };
}

function asset(fileName: string, type: string) {
  const content = readFileSync(path.join(import.meta.dirname, fileName), 'utf8');
  const { name, ext } = path.parse(fileName);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { url: `/assets/${name}.${hash}${ext}`, type, content, packed: gzipSync(content, { level: 9 }) };
}
