import type { Middleware } from 'koa';

/** Nothing but our own files; no frame around us, since a hidden page could collect taps. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
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
export function securityHeaders({ publicUrl }: { publicUrl: string }): Middleware {
  const headers = Object.entries({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy,
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
