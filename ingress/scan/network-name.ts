import { isIPv6 } from 'node:net';
import type { Context } from 'koa';
import type { Sealer } from '#models/sealing.ts';
import { type createClientAddress, neighbourhoodOf } from '#operations/client-address.ts';

export type NetworkName = (ctx: Context) => string;

/**
 * A name for the network a request comes from, which tells nobody the address: only whether it is one of IPv4 or IPv6, which comes
 * first. '' where it is not known: behind a proxy that TRUSTED_PROXIES does not name, everybody would seem to be in the same.
 */
export function createNetworkName(deps: {
  addressOf: ReturnType<typeof createClientAddress>;
  sealer: Pick<Sealer, 'pseudonym'>;
}): NetworkName {
  const { addressOf, sealer } = deps;
  return ({ req }) => {
    if (req.headers['x-forwarded-for'] !== undefined && !addressOf.isTrusted(req)) return '';
    const address = addressOf(req);
    if (address === '') return '';
    const family = isIPv6(address) ? '6' : '4';
    return family + sealer.pseudonym(neighbourhoodOf(address), 'scan-network').slice(0, 10);
  };
}

/** Undefined where it cannot be told: many a home has both families, and each of its devices takes the one that it likes. */
export function compareNetworks(mine: string, its: string): 'sameNetwork' | 'otherNetwork' | undefined {
  if (mine === '' || its === '' || mine[0] !== its[0]) return undefined;
  return mine === its ? 'sameNetwork' : 'otherNetwork';
}
