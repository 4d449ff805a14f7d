import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import type { Sealer } from '#models/sealing.ts';
import { type ClientAddress, neighbourhoodOf } from '#operations/client-address.ts';

const dayMs = 86_400_000;
/** Whoever begins a login comes back from WeChat a moment later, mostly from the same address. */
const mostKnown = 10_000;

export type ClientName = (ctx: Context) => string;

/**
 * A name for the address a request comes from, the same in every ingress, that tells nobody the address: 66 bits of a keyed
 * digest, base64url; another each day. Empty once the connection is gone.
 */
export function createClientName(deps: {
  addressOf: ClientAddress;
  sealer: Pick<Sealer, 'pseudonym'>;
}): ClientName {
  const known = new LRUCache<string, string>({ max: mostKnown });
  return ({ req }) => {
    const address = deps.addressOf(req);
    if (address === '') return '';
    const client = `${Math.floor(Date.now() / dayMs)} ${neighbourhoodOf(address)}`;
    let name = known.get(client);
    if (name === undefined) {
      name = deps.sealer.pseudonym(client, 'client-address').slice(0, 11);
      known.set(client, name);
    }
    return name;
  };
}
