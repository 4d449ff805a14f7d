import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import {
  type ServiceAccountDocument,
  type ServiceAccountModel,
  secretPlace,
} from '#models/documents/service-account.ts';
import { keyPlace, type SigningKeyDocument } from '#models/documents/signing-key.ts';
import type { Sealer } from '#models/sealing.ts';

/** Wrong keys open none, and a start is not to wait for thousands of accounts. */
const mostTried = 20;
const findsWithinMs = 2_000;

/** False when no key of the sealer opens it. */
export function isOpenable(sealer: Pick<Sealer, 'open'>, appid: string, sealedSecret: string): boolean {
  try {
    sealer.open(sealedSecret, secretPlace(appid));
    return true;
  } catch {
    return false;
  }
}

/**
 * Tries the secrets of the newest accounts, and tells the log of those that SECRET_KEYS does not open: otherwise the first
 * who hears of a wrong key is somebody who logs in. Never rejects; keeps no start waiting when it is not awaited.
 */
export async function tellOfUnopenable(deps: {
  accounts: ServiceAccountModel;
  sealer: Pick<Sealer, 'open'>;
  log: Pick<Logger, 'error'>;
}): Promise<void> {
  const { accounts, sealer, log } = deps;
  const newest = await accounts
    .find()
    .sort({ _id: -1 })
    .limit(mostTried)
    .select({ _id: 0, appid: 1, sealedSecret: 1 })
    .maxTimeMS(findsWithinMs)
    .lean()
    // Whoever needs a secret meets the same, and is told then.
    .catch(() => []);
  const appids = newest.flatMap(({ appid, sealedSecret }) =>
    isOpenable(sealer, appid, sealedSecret) ? [] : [appid],
  );
  if (appids.length > 0) {
    log.error(
      { appids },
      'SECRET_KEYS does not open the secrets of these accounts: nobody can log in to them. Add the key they were sealed with, or PUT their secrets again',
    );
  }
}

/**
 * Tries every sealed secret: `shut` names accounts by appid, and keys that sign id tokens, such as `RS256:1`. Reads collections without
 * their models, which would make them where they are not.
 */
export async function secretsThatStayShut(
  mongo: Connection,
  sealer: Pick<Sealer, 'open'>,
): Promise<{ tried: number; shut: string[] }> {
  const [accounts, signingKeys] = await Promise.all([
    mongo.collection<ServiceAccountDocument>('service_accounts').find().toArray(),
    mongo.collection<SigningKeyDocument>('signing_keys').find().toArray(),
  ]);
  const shutAccounts = accounts.filter(({ appid, sealedSecret }) => !isOpenable(sealer, appid, sealedSecret));
  const shutKeys = signingKeys.filter(({ _id: id, sealedKey }) => {
    try {
      sealer.open(sealedKey, keyPlace(id), null);
      return false;
    } catch {
      return true;
    }
  });
  return {
    tried: accounts.length + signingKeys.length,
    shut: [...shutAccounts.map(({ appid }) => appid), ...shutKeys.map(({ _id: id }) => id)],
  };
}
