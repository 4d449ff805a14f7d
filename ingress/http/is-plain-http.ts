import type { Logger } from 'pino';
import { isLoopback } from '#operations/is-loopback.ts';

/** True for an address that sends tickets in the clear over a network: http, and not of this very machine. */
export function isPlainHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !isLoopback(hostname);
}

export function tellOfPlainHttp(publicUrl: string, log: Logger): void {
  if (isPlainHttp(publicUrl))
    log.warn({ publicUrl }, 'PUBLIC_URL is plain http: codes and tickets travel in the clear');
}
