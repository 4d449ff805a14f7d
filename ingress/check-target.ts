/**
 * True when `target` begins with one of the allowed prefixes. A prefix is a path (`/chat/`) or an absolute URL, whose
 * origin must then match exactly: `https://kf.example` does not allow `https://kf.example.evil`. Whatever a browser would
 * read differently from what it looks like (backslashes, `//`, dot segments, control characters) is not allowed at all.
 */
export function isAllowedTarget(target: string, prefixes: readonly string[]): boolean {
  if (target.length > 1024 || /[\\\p{Cc}\s]/u.test(target) || /^\/\//.test(target)) return false;
  const [path = ''] = target.split(/[?#]/, 1);
  // Servers differ in whether %2F, %5C and a path's ;parameters end a segment.
  if (/(^|\/|%2f|%5c)(\.|%2e){1,2}([/;]|%2f|%5c|$)/i.test(path)) return false;
  return prefixes.some((prefix) =>
    prefix.startsWith('/') ? target.startsWith(prefix) : isBelow(target, prefix),
  );
}

function isBelow(target: string, prefix: string): boolean {
  // A browser takes `https:/kf.example` for a path of the page it is on.
  if (!/^https?:\/\/[^/]/i.test(target)) return false;
  const [wanted, allowed] = [URL.parse(target), URL.parse(prefix)];
  if (wanted === null || allowed === null || !/^https?:$/.test(wanted.protocol)) return false;
  const { origin, username, password } = wanted;
  if (origin !== allowed.origin || username !== '' || password !== '') return false;
  return (wanted.pathname + wanted.search).startsWith(allowed.pathname + allowed.search);
}
