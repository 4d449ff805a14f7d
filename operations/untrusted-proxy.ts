import type { IncomingMessage, RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { isLoopback } from './is-loopback.ts';

/**
 * Tells, once each, of a reverse proxy that nobody named in TRUSTED_PROXIES: at the start, when one must or may be there, and
 * when a request shows that one is. All people and hosts behind it have its address then, and whatever is counted by address
 * counts them together. No line has an address: who is not trusted may be a person.
 */
export function tellOfUntrustedProxies(deps: {
  trusted: readonly unknown[];
  publicUrl: string;
  /** Where the public listener listens. */
  host: string;
  isTrusted: (request: IncomingMessage) => boolean;
  log: Logger;
}) {
  const { trusted, publicUrl, host, isTrusted, log } = deps;
  if (trusted.length === 0 && (publicUrl.startsWith('https:') || !isLoopback(host))) {
    log.warn(
      { publicUrl, host },
      'TRUSTED_PROXIES is not set: behind a reverse proxy everybody counts as one client, and who guesses tokens or makes ' +
        'codes up makes all others wait; set it to the address from which the proxy connects',
    );
  }
  let isTold = false;

  return {
    /** The handler, which hears every request as before. */
    watch(handler: RequestListener): RequestListener {
      return (request, response) => {
        if (!isTold && request.headers['x-forwarded-for'] && !isTrusted(request)) {
          isTold = true;
          log.warn(
            'X-Forwarded-For came from an address that is not among TRUSTED_PROXIES, and counts for nothing; if your ' +
              'reverse proxy sent it, add the address from which it connects (told once)',
          );
        }
        handler(request, response);
      };
    },
  };
}
