import type { Context } from 'koa';
import type { Sealer } from '#models/sealing.ts';
import { type createClientAddress, neighbourhoodOf } from '#operations/client-address.ts';

export type NetworkName = (ctx: Context) => string;

/**
 * A name for the network a request comes from, which tells nobody the address. '' where it is not known: behind a proxy that
 * TRUSTED_PROXIES does not name, everybody would seem to be in the same.
 */
export function createNetworkName(deps: {
  addressOf: ReturnType<typeof createClientAddress>;
  sealer: Pick<Sealer, 'pseudonym'>;
}): NetworkName {
  const { addressOf, sealer } = deps;
  return ({ req }) => {
    if (req.headers['x-forwarded-for'] !== undefined && !addressOf.isTrusted(req)) return '';
    const address = addressOf(req);
    return address === '' ? '' : sealer.pseudonym(neighbourhoodOf(address), 'scan-network').slice(0, 11);
  };
}
