import { randomBytes } from 'node:crypto';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import { digest, sameDigest } from '#operations/digest.ts';

/** Compared with where there is no key, so that the answer takes as long as for a wrong one. */
const nobodysDigest = digest(randomBytes(32).toString('base64url'));

/** True when the digest is that of the enterprise's key, or of the one before while that is still honoured. */
export function isKeyOf(
  enterprise: EnterpriseDocument | undefined,
  keyDigest: string,
  now = Date.now(),
): enterprise is EnterpriseDocument {
  const { apiKeyDigest = nobodysDigest, previousKeyDigest, previousKeyUntil } = enterprise ?? {};
  const isCurrent = sameDigest(keyDigest, apiKeyDigest);
  const isPrevious = sameDigest(keyDigest, previousKeyDigest ?? nobodysDigest);
  return isCurrent || (isPrevious && previousKeyUntil != null && now < previousKeyUntil.getTime());
}
