import type { Context } from 'koa';
import type { Sealer } from '#models/sealing.ts';
import { type ClientAddress, neighbourhoodOf } from '#operations/client-address.ts';

const dayMs = 86_400_000;

export type ClientName = (ctx: Context) => string;

/**
 * A name for the address a request comes from, the same in every ingress, that tells nobody the address: 66 bits of a keyed
 * digest, base64url; another each day. Empty once the connection is gone.
 */
export function createClientName(deps: {
  addressOf: ClientAddress;
  sealer: Pick<Sealer, 'pseudonym'>;
}): ClientName {
  return ({ req }) => {
    const address = deps.addressOf(req);
    if (address === '') return '';
    const day = Math.floor(Date.now() / dayMs);
    return deps.sealer.pseudonym(`${day} ${neighbourhoodOf(address)}`, 'client-address').slice(0, 11);
  };
}
