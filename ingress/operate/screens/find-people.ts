import mongoose from 'mongoose';
import { pathOfPerson } from '#ingress/operate/screens/people.ts';
import type { BindingModel } from '#models/documents/binding.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { type LoginHistoryModel, openidDigests } from '#models/documents/login-history.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import type { Sealer } from '#models/sealing.ts';

const answersWithinMs = 1_500;
const mostFound = 50;
const mostEnterprises = 20_000;
const mostAccounts = 5_000;

/** Somebody found; `entId` where it is of one enterprise. */
export type FoundPerson = { readonly entId: string; readonly appid: string; readonly path: string };
export type FindPeople = ReturnType<typeof createFindPeople>;

/**
 * Finds people by what a host or a caller knows of them. The history has digests only: one for each of SECRET_KEYS, so each
 * way a name may have been written is tried. Throws what MongoDB throws.
 */
export function createFindPeople(deps: {
  bindings: BindingModel;
  enterprises: EnterpriseModel;
  accounts: ServiceAccountModel;
  history: LoginHistoryModel;
  sealer: Pick<Sealer, 'pseudonyms'>;
}) {
  const { bindings, enterprises, accounts, history, sealer } = deps;

  return {
    /** Those whom the enterprise, or any, calls so. By the index of (entId, userId), which needs the enterprises' names. */
    async byUserId(userId: string, entId: string | undefined): Promise<FoundPerson[]> {
      const found = await bindings
        .find(
          {
            entId: mongoose.trusted({ $in: entId === undefined ? await allEnterprises() : [entId] }),
            userId,
          },
          { entId: 1, appid: 1, openid: 1 },
        )
        .limit(mostFound)
        .maxTimeMS(answersWithinMs)
        .lean();
      return found.map((person) => ({
        entId: person.entId,
        appid: person.appid,
        path: pathOfPerson(openidDigests(sealer, person)),
      }));
    },

    /** Those of whom the history knows a login: an openid is of one account, which nobody may know. */
    async byOpenid(openid: string): Promise<FoundPerson[]> {
      const all = await accounts.find({}, { appid: 1 }).limit(mostAccounts).maxTimeMS(answersWithinMs).lean();
      const names = new Map(all.map(({ appid }) => [appid, openidDigests(sealer, { appid, openid })]));
      const found = await history
        .find({ openidDigest: mongoose.trusted({ $in: [...names.values()].flat() }) }, { appid: 1 })
        .sort({ at: -1 })
        .limit(mostFound)
        .maxTimeMS(answersWithinMs)
        .lean();
      const appids = [...new Set(found.map(({ appid }) => appid))];
      return appids.map((appid) => ({ entId: '', appid, path: pathOfPerson(names.get(appid) ?? []) }));
    },
  };

  async function allEnterprises(): Promise<string[]> {
    const all = await enterprises
      .find({}, { entId: 1 })
      .limit(mostEnterprises)
      .maxTimeMS(answersWithinMs)
      .lean();
    return all.map(({ entId }) => entId);
  }
}
