import { LRUCache } from 'lru-cache';
import QRCode from 'qrcode';

/** Drawing one costs the process milliseconds, more the longer the link, and a denser one no phone reads off a screen. */
const longestLink = 700;
/** Most people come by the same few links. */
const remembered = 200;

/** Draws links as QR codes, in SVG; undefined for one that is too long. */
export function createQrCodes() {
  const drawn = new LRUCache<string, string>({ max: remembered });

  return async function qrCodeOf(link: string): Promise<string | undefined> {
    if (link.length > longestLink) return undefined;
    const known = drawn.get(link);
    if (known !== undefined) return known;
    const svg = await QRCode.toString(link, { type: 'svg', margin: 1 });
    drawn.set(link, svg);
    return svg;
  };
}
