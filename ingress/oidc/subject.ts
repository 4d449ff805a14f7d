import { digest } from '#operations/digest.ts';

/** OpenID Connect Core, section 2. */
const longest = 255;

/**
 * `sub`: a user of one enterprise. A user_id is unique within its enterprise only, and a host that keys its people by (iss, sub)
 * must not take two for one. What would be too long, or not ASCII, or could be taken for this, stands there as a digest.
 */
export function subjectOf(entId: string, userId: string): string {
  const plain = `${entId}:${userId}`;
  const isPlain = /^[\x20-\x7d][\x20-\x7e]*$/.test(userId) && plain.length <= longest;
  return isPlain ? plain : `${entId}:~${digest(userId)}`;
}

/** True for a subject of this enterprise: no ent_id has a colon. */
export const isSubjectOf = (subject: string, entId: string): boolean => subject.startsWith(`${entId}:`);
