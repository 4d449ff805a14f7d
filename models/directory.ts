import { LRUCache } from 'lru-cache';
import type { EnterpriseDocument, EnterpriseModel } from '#models/enterprise.ts';
import type { ServiceAccountDocument, ServiceAccountModel } from '#models/service-account.ts';

/** A change must be in force everywhere within 5 s (contract, section 4); the rest is the look-up's own time. */
const freshForMs = 3_000;

export type Directory = ReturnType<typeof createDirectory>;

/**
 * Enterprises and accounts as every login needs them, remembered for a few seconds so that a burst reads each once.
 * While MongoDB is away the last known answer serves on: a configuration that is minutes old beats a login that fails.
 */
export function createDirectory(deps: { enterprises: EnterpriseModel; accounts: ServiceAccountModel }) {
  const options = {
    max: 10_000,
    ttl: freshForMs,
    allowStaleOnFetchRejection: true,
    noDeleteOnFetchRejection: true,
  };
  const absent = Symbol('absent');

  const enterprises = new LRUCache<string, EnterpriseDocument | typeof absent>({
    ...options,
    fetchMethod: async (entId) =>
      (await deps.enterprises.findOne({ entId }).lean().maxTimeMS(2_000)) ?? absent,
  });
  const accounts = new LRUCache<string, ServiceAccountDocument | typeof absent>({
    ...options,
    fetchMethod: async (appid) => (await deps.accounts.findOne({ appid }).lean().maxTimeMS(2_000)) ?? absent,
  });

  return {
    async findEnterprise(entId: string): Promise<EnterpriseDocument | undefined> {
      const found = enterprises.get(entId) ?? (await enterprises.fetch(entId));
      return found === absent ? undefined : found;
    },
    /** With its secret still sealed: only a worker opens it, for the length of a call. */
    async findAccount(appid: string): Promise<ServiceAccountDocument | undefined> {
      const found = accounts.get(appid) ?? (await accounts.fetch(appid));
      return found === absent ? undefined : found;
    },
  };
}
