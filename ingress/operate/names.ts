import { LRUCache } from 'lru-cache';
import mongoose from 'mongoose';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import { within } from '#operations/deadline.ts';

const answersWithinMs = 800;
/** A name of half a minute ago does no harm. */
const rememberedMs = 30_000;
const mostRemembered = 20_000;

export type Names = ReturnType<typeof createNames>;
export type Named = ReadonlyMap<string, string>;

/** What enterprises and accounts are called, many with one look. A name that cannot be had is left out: nobody waits for it. */
export function createNames({
  enterprises,
  accounts,
}: {
  enterprises: EnterpriseModel;
  accounts: ServiceAccountModel;
}) {
  const ofEnterprises = remembering(async (entIds) => {
    const found = await enterprises
      .find({ entId: mongoose.trusted({ $in: [...entIds] }) }, { entId: 1, name: 1 })
      .maxTimeMS(answersWithinMs)
      .lean();
    return found.map(({ entId, name }) => [entId, name] as const);
  });
  const ofAccounts = remembering(async (appids) => {
    const found = await accounts
      .find({ appid: mongoose.trusted({ $in: [...appids] }) }, { appid: 1, name: 1 })
      .maxTimeMS(answersWithinMs)
      .lean();
    return found.map(({ appid, name }) => [appid, name] as const);
  });
  return { ofEnterprises, ofAccounts };
}

function remembering(look: (ids: readonly string[]) => Promise<readonly (readonly [string, string])[]>) {
  const known = new LRUCache<string, string>({ max: mostRemembered, ttl: rememberedMs });
  return async (ids: readonly string[]): Promise<Named> => {
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) {
      const found = new Map(await within(answersWithinMs, look(missing)).catch(() => []));
      for (const id of missing) known.set(id, found.get(id) ?? '');
    }
    return new Map(
      ids.flatMap((id) => {
        const name = known.get(id);
        return name ? [[id, name] as const] : [];
      }),
    );
  };
}
