import type { RequestListener } from 'node:http';
import type { Provider } from 'oidc-provider';
import { Problem } from '#ingress/http/problem.ts';
import type { Jwk } from '#models/documents/make-jwk.ts';
import type { SigningKeys } from '#models/documents/signing-keys.ts';

export type Current = { readonly provider: Provider; readonly answer: RequestListener };
export type CurrentProvider = () => Promise<Current>;

/**
 * The library takes its keys when it is made: with new keys there is a new one. Requests that are under way go on with the one
 * before, which is no harm: all that either remembers is in the stores. Throws a Problem (503) where no key can be used.
 */
export function createCurrentProvider(deps: {
  keys: Pick<SigningKeys, 'list'>;
  build: (keys: readonly Jwk[]) => Provider;
}): CurrentProvider {
  let madeWith: readonly Jwk[] | undefined;
  let current: Current | undefined;

  return async function currentProvider() {
    const keys = await deps.keys.list();
    if (current !== undefined && keys === madeWith) return current;
    if (keys.length === 0) {
      throw new Problem(503, 'temporarily_unavailable', 'There is no key to sign with.', {
        headers: { 'Retry-After': '5' },
      });
    }
    const provider = deps.build(keys);
    current = { provider, answer: provider.callback() };
    madeWith = keys;
    return current;
  };
}
