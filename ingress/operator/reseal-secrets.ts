import { type ServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import type { Sealer } from '#models/sealing.ts';

export type Resealed = { readonly resealed: number; readonly current: number; readonly unopenable: string[] };

/**
 * Seals every account's secret again that is not sealed with the first key of SECRET_KEYS in the newest format. May be run at any
 * time and again; a secret that an operator changes meanwhile is left as he made it. `unopenable`: appids whose secret
 * no key opens, whatever the key is called that it was sealed with.
 */
export async function resealSecrets(accounts: ServiceAccountModel, sealer: Sealer): Promise<Resealed> {
  let [resealed, current] = [0, 0];
  const unopenable: string[] = [];
  for await (const { appid, sealedSecret } of accounts.find().lean().cursor()) {
    let secret: string;
    try {
      secret = sealer.open(sealedSecret, secretPlace(appid));
    } catch {
      unopenable.push(appid);
      continue;
    }
    // Only now: another key under the same name is not the one it was sealed with.
    if (sealer.isCurrent(sealedSecret)) {
      current += 1;
      continue;
    }
    const { modifiedCount } = await accounts.updateOne(
      { appid, sealedSecret },
      { $set: { sealedSecret: sealer.seal(secret, secretPlace(appid)) } },
    );
    resealed += modifiedCount;
  }
  return { resealed, current, unopenable };
}
