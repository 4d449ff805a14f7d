import type { Context } from 'koa';
import { cookieName, setCookie } from '#ingress/http/set-cookie.ts';
import { randomBytes } from '#models/random-bytes.ts';
import { digest } from '#operations/digest.ts';

/** WeChat's browser is closed and opened again between two logins: a day is long enough, and nothing hangs on it. */
const lifetimeSeconds = 24 * 60 * 60;
/** A login that begins now must end with the same cookie. */
const leastLeftSeconds = 60 * 60;

export type BrowserCookie = ReturnType<typeof createBrowserCookie>;
type Secret = { readonly text: string; readonly entId: string; readonly leftSeconds: number };

/**
 * The cookie that tells browsers apart: four bytes that say when it was made, 224 random bits that mean nothing by themselves,
 * and the enterprise the browser last came for. A login keeps the digest of the bits and answers no browser but that one. It
 * is kept for a day from when it was made, however often it is used.
 */
export function createBrowserCookie({
  publicUrl,
  now = Date.now,
}: {
  publicUrl: string;
  now?: () => number;
}) {
  const isSecure = publicUrl.startsWith('https:');
  const name = cookieName('wechat-login', isSecure);
  const nowSeconds = () => Math.floor(now() / 1_000);

  /** Undefined for what is not ours, and for a cookie that is past its day. */
  function read(ctx: Context): Secret | undefined {
    const [, text, entId = ''] =
      /^([\w-]{43})\.([0-9A-Za-z_-]{0,64})$/.exec(ctx.cookies.get(name) ?? '') ?? [];
    if (text === undefined) return undefined;
    const bornAt = Buffer.from(text, 'base64url').readUInt32BE();
    const age = nowSeconds() - bornAt;
    // Release 0.1.0 wrote random bits only, which say a time of day that is long past or far ahead.
    const isDated = age > -leastLeftSeconds && age < lifetimeSeconds + leastLeftSeconds;
    if (isDated && age >= lifetimeSeconds) return undefined;
    return { text, entId, leftSeconds: isDated ? lifetimeSeconds - age : 0 };
  }

  function create(): Secret {
    const bytes = randomBytes(32);
    bytes.writeUInt32BE(nowSeconds());
    return { text: bytes.toString('base64url'), entId: '', leftSeconds: lifetimeSeconds };
  }

  return {
    name,
    /** Digest of the browser's cookie; undefined when it sent none that is ours. */
    digestOf(ctx: Context): string | undefined {
      const cookie = read(ctx);
      return cookie && digest(cookie.text);
    },
    /** The same, and the browser has the cookie from this answer on. One with time left is kept: other logins hang on it. */
    ensure(ctx: Context, entId = ''): string {
      const known = read(ctx);
      const { text, leftSeconds } = known && known.leftSeconds > leastLeftSeconds ? known : create();
      setCookie(ctx, name, `${text}.${entId}`, { maxAgeSeconds: leftSeconds, isSecure });
      return digest(text);
    },
    /** The enterprise of this browser's last start: the way out for a login of which nothing is known any more. */
    entIdOf: (ctx: Context): string | undefined => read(ctx)?.entId || undefined,
  };
}
