import { LRUCache } from 'lru-cache';
import { type ServiceAccountDocument, secretPlace } from '#models/documents/service-account.ts';
import type { Sealer } from '#models/sealing.ts';

/** An AppSecret is kept open this long after its first use: a burst opens it once, not once for each login. */
const keptOpenMs = 3_000;

/** Opens accounts' secrets. A new secret is a new sealed text, so a change is seen at once. Throws UnsealError. */
export function createOpenSecret(sealer: Sealer) {
  const opened = new LRUCache<string, string>({ max: 1_000, ttl: keptOpenMs, ttlAutopurge: true });

  return function openSecret({ appid, sealedSecret }: ServiceAccountDocument): string {
    const known = opened.get(sealedSecret);
    if (known !== undefined) return known;
    const secret = sealer.open(sealedSecret, secretPlace(appid));
    opened.set(sealedSecret, secret);
    return secret;
  };
}
