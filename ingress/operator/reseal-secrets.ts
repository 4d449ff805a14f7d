import { type ServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { keyPlace, type SigningKeyModel } from '#models/documents/signing-key.ts';
import type { Sealer } from '#models/sealing.ts';

export type Resealed = { readonly resealed: number; readonly current: number; readonly unopenable: string[] };

type Row = {
  readonly id: string;
  readonly sealed: string;
  readonly place: string;
  readonly legacyPlace?: null;
};

/**
 * Seals every account's secret again that is not sealed with the first key of SECRET_KEYS in the newest format. May be run at any
 * time and again; a secret that an operator changes meanwhile is left as he made it. `unopenable`: appids whose secret
 * no key opens, whatever the key is called that it was sealed with.
 */
export async function resealSecrets(accounts: ServiceAccountModel, sealer: Sealer): Promise<Resealed> {
  const all = await accounts.find().lean();
  const rows = all.map(({ appid, sealedSecret }) => ({
    id: appid,
    sealed: sealedSecret,
    place: secretPlace(appid),
  }));
  return resealAll(rows, sealer, ({ id, sealed }, sealedSecret) =>
    accounts.updateOne({ appid: id, sealedSecret: sealed }, { $set: { sealedSecret } }),
  );
}

/** The same of the keys that sign id tokens; `unopenable`: their names, such as `RS256:1`. */
export async function resealSigningKeys(signingKeys: SigningKeyModel, sealer: Sealer): Promise<Resealed> {
  const all = await signingKeys.find().lean();
  const rows = all.map(({ _id: id, sealedKey: sealed }) => ({
    id,
    sealed,
    place: keyPlace(id),
    legacyPlace: null,
  }));
  return resealAll(rows, sealer, ({ id, sealed }, sealedKey) =>
    signingKeys.updateOne({ _id: id, sealedKey: sealed }, { $set: { sealedKey } }),
  );
}

async function resealAll(
  rows: readonly Row[],
  sealer: Sealer,
  write: (row: Row, sealed: string) => PromiseLike<{ modifiedCount: number }>,
): Promise<Resealed> {
  let [resealed, current] = [0, 0];
  const unopenable: string[] = [];
  for (const row of rows) {
    const { id, sealed, place, legacyPlace = place } = row;
    let secret: string;
    try {
      secret = sealer.open(sealed, place, legacyPlace);
    } catch {
      unopenable.push(id);
      continue;
    }
    // Only now: another key under the same name is not the one it was sealed with.
    if (sealer.isCurrent(sealed)) {
      current += 1;
      continue;
    }
    const { modifiedCount } = await write(row, sealer.seal(secret, place, legacyPlace));
    resealed += modifiedCount;
  }
  return { resealed, current, unopenable };
}
