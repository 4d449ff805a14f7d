import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { EnterpriseDocument, EnterpriseModel } from '#models/enterprise.ts';
import type { ServiceAccountDocument, ServiceAccountModel } from '#models/service-account.ts';

/** A change must be in force everywhere within 5 s (README, Operation); the rest is the look-up's own time. */
const freshForMs = 3_000;

/** The driver looks for a server for 5 s, and waits 20 s on one that hangs. */
const lookUpDeadlineMs = 1_000;

/** MongoDB did not answer, and nothing was known from before. */
export class DirectoryUnavailable extends Error {
  override readonly name = 'DirectoryUnavailable';
}

export type Directory = ReturnType<typeof createDirectory>;

/**
 * Enterprises and accounts as every login needs them, remembered for a few seconds so that a burst reads each once.
 * While MongoDB is away the last known answer serves on: a configuration that is minutes old beats a login that fails.
 */
export function createDirectory(deps: { enterprises: EnterpriseModel; accounts: ServiceAccountModel }) {
  const options = { max: 10_000, ttl: freshForMs };
  const absent = Symbol('absent');

  const enterprises = new LRUCache<string, EnterpriseDocument | typeof absent>({
    ...options,
    fetchMethod: (entId, known, { options: remember }) =>
      lookUp(known, remember, async () => (await deps.enterprises.findOne({ entId }).lean()) ?? absent),
  });
  const accounts = new LRUCache<string, ServiceAccountDocument | typeof absent>({
    ...options,
    fetchMethod: (appid, known, { options: remember }) =>
      lookUp(known, remember, async () => (await deps.accounts.findOne({ appid }).lean()) ?? absent),
  });

  return {
    async findEnterprise(entId: string): Promise<EnterpriseDocument | undefined> {
      const found = await enterprises.fetch(entId);
      return found === absent ? undefined : found;
    },
    /** With its secret still sealed: only a worker opens it, for the length of a call. */
    async findAccount(appid: string): Promise<ServiceAccountDocument | undefined> {
      const found = await accounts.fetch(appid);
      return found === absent ? undefined : found;
    },
  };
}

/** The answer; or what was known before, which is then not asked for again for as long as the deadline was. */
async function lookUp<T>(
  known: T | undefined,
  remember: { ttl?: number | undefined },
  ask: () => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      ask(),
      sleep(lookUpDeadlineMs, undefined, { signal: late.signal }).then(() => {
        throw new DirectoryUnavailable(`no answer within ${lookUpDeadlineMs} ms`);
      }),
    ]);
  } catch (cause) {
    if (known === undefined) throw new DirectoryUnavailable('MongoDB cannot be asked', { cause });
    remember.ttl = lookUpDeadlineMs;
    return known;
  } finally {
    late.abort();
  }
}
