import type { Context } from 'koa';
import { startPath } from '#ingress/start-path.ts';
import { randomBytes } from '#models/random-bytes.ts';
import { digest } from '#models/sealing.ts';

/** WeChat's browser is closed and opened again between two logins: a day is long enough, and nothing hangs on it. */
const lifetimeMs = 24 * 60 * 60_000;

export type BrowserCookie = ReturnType<typeof createBrowserCookie>;

/**
 * The cookie that tells browsers apart: 256 random bits that mean nothing by themselves, and the enterprise it last came
 * for. A login keeps the bits' digest and answers no browser but that one. SameSite=Lax, since Strict is not sent when WeChat redirects back to us.
 */
export function createBrowserCookie({ publicUrl }: { publicUrl: string }) {
  const secure = publicUrl.startsWith('https:');
  const name = secure ? '__Host-wechat-login' : 'wechat-login';
  const attributes = `Path=/; Max-Age=${lifetimeMs / 1_000}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

  function read(ctx: Context): { secret: string; entId: string } | undefined {
    const [, secret, entId] = /^([\w-]{43})\.([0-9A-Za-z_-]{0,64})$/.exec(ctx.cookies.get(name) ?? '') ?? [];
    return secret === undefined ? undefined : { secret, entId: entId ?? '' };
  }

  return {
    name,
    /** Digest of the browser's cookie; undefined when it sent none that is ours. */
    digestOf(ctx: Context): string | undefined {
      const cookie = read(ctx);
      return cookie && digest(cookie.secret);
    },
    /** The same, and the browser has the cookie from this answer on. One it already has is kept: other logins hang on it. */
    ensure(ctx: Context, entId = ''): string {
      const secret = read(ctx)?.secret ?? randomBytes(32).toString('base64url');
      ctx.append('Set-Cookie', `${name}=${secret}.${entId}; ${attributes}`);
      return digest(secret);
    },
    /** Where this browser's last login began: the way out for one whose record is gone. */
    startUrl(ctx: Context): string | undefined {
      const entId = read(ctx)?.entId;
      return entId ? startPath({ entId }) : undefined;
    },
  };
}
