import type { Context } from 'koa';
import { cookieName, setCookie } from '#ingress/http/set-cookie.ts';

const longestSeconds = 12 * 60 * 60;

export type SessionCookie = ReturnType<typeof createSessionCookie>;

/** The cookie of an operator's browser. `adminUrl`: where operators reach this listener; https makes it `__Host-` and Secure. */
export function createSessionCookie(adminUrl: string | undefined) {
  const isSecure = adminUrl?.startsWith('https:') === true;
  const name = cookieName('wechat-login-operator', isSecure);
  const write = (ctx: Context, value: string, maxAgeSeconds: number) =>
    setCookie(ctx, name, value, { maxAgeSeconds, isSecure, sameSite: 'Strict' });
  return {
    /** Undefined when it sent none that is ours. */
    read: (ctx: Context): string | undefined => /^[\w-]{43}$/.exec(ctx.cookies.get(name) ?? '')?.[0],
    set: (ctx: Context, session: string): void => write(ctx, session, longestSeconds),
    clear: (ctx: Context): void => write(ctx, '', 0),
  };
}
