import type { Context } from 'koa';

/** With https the browser takes it from this host alone, for all paths, and sends it by https alone (RFC 6265bis, `__Host-`). */
export const cookieName = (name: string, isSecure: boolean): string => `${isSecure ? '__Host-' : ''}${name}`;

/** SameSite=Lax unless told, since Strict is not sent when WeChat redirects back to us. */
export function setCookie(
  ctx: Context,
  name: string,
  value: string,
  {
    maxAgeSeconds,
    isSecure,
    sameSite = 'Lax',
  }: { maxAgeSeconds: number; isSecure: boolean; sameSite?: 'Lax' | 'Strict' },
): void {
  const secure = isSecure ? '; Secure' : '';
  ctx.append(
    'Set-Cookie',
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`,
  );
}
