import type { Middleware } from 'koa';

/** What stands within our pages, as a policy names it: by hashes. */
type Inline = { readonly style: readonly string[]; readonly script: readonly string[] };

/** Nothing but our own styles and scripts; no frame around us, since a hidden page could collect taps. */
const contentSecurityPolicy = ({ style, script }: Inline) =>
  [
    "default-src 'none'",
    `style-src ${style.join(' ')}`,
    `script-src ${script.join(' ')}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

/**
 * What every answer of the browser's door carries. Codes and tickets pass through these pages: nothing is kept by a cache,
 * and no address of ours reaches another site as a referrer (RFC 9700, section 4.2).
 */
export function securityHeaders({ publicUrl, inline }: { publicUrl: string; inline: Inline }): Middleware {
  const headers = Object.entries({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy(inline),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(publicUrl.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
  });
  return function securityHeaders(ctx, next) {
    // Past Koa's `set`, which looks at every value again.
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    return next();
  };
}
