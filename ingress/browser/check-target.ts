/** Longest `target` a link may carry, in characters of the serialised address: one of Chinese has nine. */
export const longestTarget = 512;

/** Nobody may be led elsewhere by it: only its path counts, and that is judged against an address which does not exist. */
const nowhere = 'https://target.invalid';

/** CR and LF, and the letters whose last byte is one of them: a server that cuts characters to bytes reads them as such. */
const breaksLines = /[\p{Cc}\u2028\u2029\u010a\u010d\u560a\u560d]/u;
/** What somebody who decodes once more may take for the beginning of an escape: `%2e`, `%u002e`, or half of one. */
const maybeEscape = /%[0-9a-fux]/i;
const isMalformed = /%(?![0-9a-f]{2})/i;
/** Dots that mean one in some address or other; NFKC makes a dot of U+FF0E only. */
const dotLike = /[\u3002\uff61\uff0e]/g;

/**
 * What a host may be handed as the `target`: the serialised address, if it lies below one of the allowed prefixes; else
 * undefined. A prefix is a path (`/chat/`) or an absolute URL, whose origin must then match exactly; both end at a segment, so
 * that `/app` does not allow `/app.evil`. Whatever somebody might read differently from what it looks like is not allowed:
 * back slashes, a second separator, dot segments and control characters, in any spelling.
 *
 * A percent sign in the path is `%25`, as everywhere, and is allowed unless a hexadecimal digit, `u` or `x` follows: who decodes
 * twice would read on. A host whose path needs one there (`/50%25a`) puts it into the query, where it means nothing.
 */
export function checkTarget(target: string, prefixes: readonly string[]): string | undefined {
  const serialised = serialisedTarget(target, prefixes);
  // This is what is kept, and what our own links to begin again carry.
  return serialised !== undefined && serialised.length <= longestTarget ? serialised : undefined;
}

function serialisedTarget(target: string, prefixes: readonly string[]): string | undefined {
  if (target.length > longestTarget || /[\\\s]/u.test(target) || !isPlain(target)) return undefined;
  if (target.startsWith('/')) {
    const url = URL.parse(target, nowhere);
    if (url?.origin !== nowhere) return undefined;
    const path = url.pathname + url.search + url.hash;
    return prefixes.some((prefix) => prefix.startsWith('/') && isBelow(path, prefix)) ? path : undefined;
  }
  // A browser takes `https:/kf.example` for a path of the page it is on.
  if (!/^https?:\/\/[^/]/i.test(target)) return undefined;
  const url = URL.parse(target);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const isAllowed = prefixes.some((prefix) => {
    const allowed = prefix.startsWith('/') ? null : URL.parse(prefix);
    if (allowed?.origin !== url.origin) return false;
    return isBelow(url.pathname + url.search + url.hash, allowed.pathname + allowed.search);
  });
  return isAllowed ? url.href : undefined;
}

/**
 * Judged as the most forgiving reader may read it: decoded until nothing changes, wide characters made narrow. Where the path
 * ends is told by the address as it stands: a mark that is encoded is a part of a name, and what follows it still leads on.
 */
function isPlain(target: string): boolean {
  const address = target.replace(/^https?:\/\//i, '');
  const [path = ''] = address.split(/[?#]/, 1);
  // A path that is not percent-encoded UTF-8 is read differently by different servers.
  const readsPath = (text: string, isLast: boolean) => !isTricky(text) && !(isLast && isUnclear(text));
  return (
    !isMalformed.test(path) &&
    isPlainPart(path, readsPath) &&
    isPlainPart(address.slice(path.length), () => true)
  );
}

function isPlainPart(part: string, isGood: (text: string, isLast: boolean) => boolean): boolean {
  let text = part;
  for (let round = 0; round < 4; round += 1) {
    const decoded = text.replace(/(?:%[0-9a-f]{2})+/gi, decode);
    if (breaksLines.test(text) || !isGood(text, decoded === text)) return false;
    if (decoded === text) return true;
    text = decoded;
  }
  // Nobody encodes an address so often for a good reason.
  return false;
}

const narrowed = (path: string) => path.replace(dotLike, '.').normalize('NFKC');

function isUnclear(path: string): boolean {
  return path.includes('\ufffd') || maybeEscape.test(narrowed(path));
}

function isTricky(path: string): boolean {
  const narrow = narrowed(path);
  // A second separator makes another server's name of what follows; some servers drop a segment's ;parameters first.
  return /^\/\/|\\/.test(narrow) || narrow.split('/').some((segment) => /^\.{1,2}(;|$)/.test(segment));
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return prefix.endsWith('/') || prefix.includes('?') || /^([/?#]|$)/.test(path.slice(prefix.length));
}
