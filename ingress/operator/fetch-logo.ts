import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { BlockList } from 'node:net';
import { useAgent } from 'request-filtering-agent';
import type { LogoDocument } from '#models/documents/logo.ts';

/** A part of the time that a request of an operator has. */
const deadlineMs = 2_000;
const mostBytes = 262_144;
/** The usual port of https, or one that no service of the system has. */
const isUsualPort = (port: string) => port === '' || Number(port) > 1_023;

/** IPv4 within IPv6 as it was written once: the library takes ::7f00:1 for a public address. */
const oldIpv4 = new BlockList();
oldIpv4.addSubnet('::', 96, 'ipv6');

export type FetchedLogo = Pick<LogoDocument, 'type' | 'bytes'>;
export type FetchLogo = ReturnType<typeof createFetchLogo>;

/** Why there is none, for the operator who named its address. */
export class LogoFault extends Error {
  override readonly name = 'LogoFault';
}

/**
 * Fetches a logo from an address that an operator named: an operator may name what he likes, and this process stands where others do not. So
 * only public addresses are asked, those that a name leads to as well, besides the installation's own (`LOGO_ADDRESSES`); no redirect is
 * followed, and what comes is judged by its content: PNG, JPEG or WebP of 256 KB at most, within 2 s. SVG holds scripts.
 */
export function createFetchLogo(options: {
  /** Addresses and networks that count as public ones. */
  allowed: readonly string[];
  /** Where this service itself is on http it is a trial. */
  mayBePlain: boolean;
}) {
  const { allowed, mayBePlain } = options;

  /** Throws a {@link LogoFault}. */
  return async function fetchLogo(address: string): Promise<FetchedLogo> {
    const url = new URL(address);
    if (url.protocol !== 'https:' && !mayBePlain) throw new LogoFault('must be https');
    if (url.username !== '' || url.password !== '') throw new LogoFault('must not hold a user');
    if (!isUsualPort(url.port)) throw new LogoFault(`port ${url.port} is none of a website`);
    const bytes = await read(url).catch((error: unknown) => {
      throw error instanceof LogoFault ? error : new LogoFault(wordsFor(error));
    });
    const type = typeOf(bytes);
    if (type === undefined) throw new LogoFault('is no PNG, JPEG or WebP picture');
    return { type, bytes };
  };

  async function read(url: URL): Promise<Buffer> {
    if (oldIpv4.check(url.hostname.replace(/^\[|\]$/g, ''), 'ipv6')) throw notPublic();
    const agent = useAgent(url.href, { allowIPAddressList: [...allowed] });
    const request = (url.protocol === 'https:' ? https : http).get(url, {
      agent,
      signal: AbortSignal.timeout(deadlineMs),
      headers: { Accept: 'image/png, image/jpeg, image/webp' },
    });
    const [response] = (await Promise.race([
      once(request, 'response'),
      // Without an answer, or by one that is none: 101 takes the connection for something else.
      once(request, 'close').then(() => {
        throw new LogoFault('closed the connection');
      }),
    ])) as [http.IncomingMessage];
    try {
      if (response.statusCode !== 200) throw new LogoFault(`answered ${response.statusCode}, not 200`);
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > mostBytes) throw new LogoFault('is larger than 256 KB');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      response.destroy();
    }
  }
}

const notPublic = () => new LogoFault('leads to an address that is not public');

/** By what every such file begins with; what its server calls it counts for nothing. */
function typeOf(bytes: Buffer): FetchedLogo['type'] | undefined {
  const begins = (at: number, text: string) =>
    bytes.subarray(at, at + text.length).toString('latin1') === text;
  if (begins(0, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (begins(0, '\xff\xd8\xff')) return 'image/jpeg';
  return begins(0, 'RIFF') && begins(8, 'WEBP') ? 'image/webp' : undefined;
}

/** Without what stood in an answer. */
function wordsFor(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return 'did not come within 2 s';
  if (/is not allowed/.test(message)) return notPublic().message;
  return `could not be fetched (${code ?? name})`;
}
