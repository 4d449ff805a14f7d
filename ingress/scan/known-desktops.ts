import type { Context } from 'koa';
import { z } from 'zod';
import { cookieName, setCookie } from '#ingress/http/set-cookie.ts';
import type { Sealer } from '#models/sealing.ts';

const lifetimeSeconds = 30 * 24 * 60 * 60;
/** People who share a computer. */
const mostPeople = 5;
const place = 'known-desktop';

const entries = z.array(z.strictObject({ binding: z.string(), since: z.number() }));
type Entry = z.infer<typeof entries>[number];

export type KnownDesktops = ReturnType<typeof createKnownDesktops>;

/**
 * The cookie of a desktop on which people have typed their digits: a phone's yes is enough for them there, for thirty days from
 * those digits. It names their bindings, sealed; one that was removed since is nobody's.
 */
export function createKnownDesktops(deps: { sealer: Sealer; publicUrl: string; now?: () => number }) {
  const { sealer, publicUrl, now = Date.now } = deps;
  const isSecure = publicUrl.startsWith('https:');
  const name = cookieName('wechat-desktop', isSecure);
  const nowSeconds = () => Math.floor(now() / 1_000);

  function read(ctx: Context): Entry[] {
    const sealed = ctx.cookies.get(name) ?? '';
    if (sealed === '' || sealed.length > 2_000) return [];
    try {
      const all = entries.parse(JSON.parse(sealer.open(sealed, place, null)));
      return all.filter(({ since }) => nowSeconds() - since < lifetimeSeconds).slice(0, mostPeople);
    } catch {
      return [];
    }
  }

  return {
    /** The bindings whose people let this desktop in before. */
    bindingsOf: (ctx: Context): string[] => read(ctx).map(({ binding }) => binding),

    remember(ctx: Context, binding: string): void {
      const others = read(ctx).filter((entry) => entry.binding !== binding);
      const kept = [{ binding, since: nowSeconds() }, ...others].slice(0, mostPeople);
      setCookie(ctx, name, sealer.seal(JSON.stringify(kept), place, null), {
        maxAgeSeconds: lifetimeSeconds,
        isSecure,
      });
    },
  };
}
