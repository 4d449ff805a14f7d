import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** An address or a network, as TRUSTED_PROXIES lists them. */
export type TrustedNetwork = { readonly address: string; readonly prefix: number };
export type ClientAddress = (request: IncomingMessage) => string;

/** Nobody has more proxies in a row; the rest of a longer list is a stranger's. */
const mostHops = 10;

/** Undefined for a text that is neither an address nor a network such as `10.0.0.0/8`. */
export function parseNetwork(text: string): TrustedNetwork | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  return rest.length > 0 || prefix < 0 || prefix > longest ? undefined : { address, prefix };
}

/**
 * Who sends a request: the peer of its connection, or, when that is a trusted proxy, whom the proxy names last in
 * X-Forwarded-For. What a stranger writes into that header counts for nothing. Empty once the connection is gone.
 */
export function createClientAddress(trusted: readonly TrustedNetwork[]) {
  const proxies = new BlockList();
  for (const { address, prefix } of trusted) proxies.addSubnet(address, prefix, familyOf(address));
  const isTrusted = (address: string) => isIP(address) !== 0 && proxies.check(address, familyOf(address));

  const peerOf = (request: IncomingMessage) => plain(request.socket.remoteAddress ?? '');

  function clientAddress(request: IncomingMessage): string {
    let address = peerOf(request);
    let named = request.headers['x-forwarded-for'];
    for (let hop = 0; hop < mostHops && named && isTrusted(address); hop += 1) {
      const text = String(named);
      const comma = text.lastIndexOf(',');
      const next = plain(text.slice(comma + 1).trim());
      if (isIP(next) === 0) break;
      address = next;
      named = text.slice(0, Math.max(comma, 0));
    }
    return address;
  }

  return Object.assign(clientAddress satisfies ClientAddress, {
    /** Whether the peer of its connection is a trusted proxy. */
    isTrusted: (request: IncomingMessage) => isTrusted(peerOf(request)),
  });
}

/**
 * What one client can hardly have many of: an IPv4 address, or the 64 bits that one household gets of IPv6. For counting
 * by address.
 */
export function neighbourhoodOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean)) as [
    string[],
    string[],
  ];
  const zeros = tail === undefined ? 0 : Math.max(8 - left.length - right.length, 0);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** A listener for both families sees IPv4 addresses as IPv6 ones. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');
