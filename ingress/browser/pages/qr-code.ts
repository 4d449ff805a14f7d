import { setImmediate as nextTurn } from 'node:timers/promises';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import QRCode, { type QRCodeMaskPattern } from 'qrcode';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** A denser one no phone reads off a screen. */
const longestLink = 700;

export type QrCodes = ReturnType<typeof createQrCodes>;

/**
 * Draws links as QR codes, in SVG. A drawing takes up to 5 ms, in which this process serves nobody else, and strangers
 * choose the links: so many a second are drawn, one between two turns of the event loop, and `remembered` ones are kept.
 * `maskPattern` (0 to 7) spares the search for the fairest one, which is three quarters of a drawing; `most` may wait for the one
 * that is being drawn.
 * Undefined for a link that is too long, or when more are wanted: the page then shows the link alone.
 */
export function createQrCodes({
  perSecond = 10,
  remembered = 200,
  most = 10,
  maskPattern,
}: {
  perSecond?: number;
  remembered?: number;
  most?: number;
  maskPattern?: QRCodeMaskPattern;
} = {}) {
  const budget = new RateLimiterMemory({ points: perSecond, duration: 1 });
  const oneByOne = bulkhead(1, most);
  const drawn = new LRUCache<string, string>({ max: remembered });
  // Not the cache's own `fetch`: it rejects what is under way when newer ones take its place.
  const underWay = new Map<string, Promise<string | undefined>>();

  async function draw(link: string): Promise<string | undefined> {
    try {
      await budget.consume('drawings');
      return await oneByOne.execute(async () => {
        await nextTurn();
        const svg = inOnePiece(await QRCode.toString(link, { type: 'svg', margin: 1, maskPattern }));
        drawn.set(link, svg);
        return svg;
      });
    } catch (error) {
      if (error instanceof RateLimiterRes || error instanceof BulkheadRejectedError) return undefined;
      throw error;
    } finally {
      underWay.delete(link);
    }
  }

  return async function qrCodeOf(link: string): Promise<string | undefined> {
    if (link.length > longestLink) return undefined;
    const known = drawn.get(link) ?? underWay.get(link);
    if (known !== undefined) return known;
    const drawing = draw(link);
    underWay.set(link, drawing);
    return drawing;
  };
}

/** V8 keeps a text that was put together as its six hundred parts, thirty times as large, and a remembered one for as long. */
const inOnePiece = (text: string): string => Buffer.from(text).toString();
