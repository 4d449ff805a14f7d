import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import { parseUrl } from './parse-url.ts';

/**
 * An address, this machine, or a name without a dot: none that somebody else's name server answers for. `hostname` is a URL's, which
 * writes no address of IPv6 with a dot.
 */
function isOurName(hostname: string): boolean {
  return isIPv4(hostname) || hostname.endsWith('.localhost') || !hostname.includes('.');
}

/**
 * Whether a page of another origin sent this. The simulator listens where any page that a developer has open can post to; browsers
 * say where a form or script comes from, programs (curl, tests) say nothing and are let in. `publicUrl` may have a name of its own.
 */
export function isForeign({ headers }: IncomingMessage, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  const { origin, host = '' } = headers;
  if (site === undefined && origin === undefined) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin !== undefined && parseUrl(origin)?.host !== host) return true;
  return host !== parseUrl(publicUrl)?.host && !isOurName(parseUrl(`http://${host}`)?.hostname ?? '.');
}
