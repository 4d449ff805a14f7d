import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Middleware } from 'koa';

export type AssetUrls = { readonly css: string; readonly js: string };
export type Assets = ReturnType<typeof createAssets>;

/**
 * The pages' stylesheet and script, kept in memory. A name holds its content's hash, so that a browser
 * may keep a file for ever and a new release is never shown with an old file.
 */
export function createAssets() {
  const css = asset('page.css', 'text/css; charset=utf-8', slimStyles);
  const js = asset('waiting.js', 'text/javascript; charset=utf-8', slimScript);
  const byUrl = new Map([css, js].map((file) => [file.url, file]));

  const middleware: Middleware = (ctx, next) => {
    const file = byUrl.get(ctx.path);
    if (!file || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set({
      'Content-Type': file.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    });
    ctx.body = file.content;
    return;
  };

  return { middleware, urls: { css: css.url, js: js.url } satisfies AssetUrls };
}

function asset(fileName: string, type: string, slim: (source: string) => string) {
  const content = slim(readFileSync(path.join(import.meta.dirname, fileName), 'utf8'));
  const { name, ext } = path.parse(fileName);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { url: `/assets/${name}.${hash}${ext}`, type, content };
}

// Comments and layout are a third of these files, and a phone needs neither. waiting.js keeps its line ends.
function slimScript(source: string): string {
  return source.replace(/^\s*(?:\/\/.*\n\s*)*/gm, '');
}

function slimStyles(source: string): string {
  return source
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/\b0\./g, '.')
    .replace(/;}/g, '}');
}
