import { Problem } from '#ingress/http/problem.ts';

/**
 * Which version of a document a change is meant for: the time of its last change, '' for one that is to be new, undefined where
 * whoever asks does not mind (programs, whose patches name what they change).
 */
export type Version = string | undefined;

export const versionOf = (document: object | null): string => {
  const { updatedAt } = (document ?? {}) as { updatedAt?: unknown };
  return updatedAt instanceof Date ? updatedAt.toISOString() : '';
};

export function refuseOther(document: object | null, version: Version): void {
  if (version !== undefined && versionOf(document) !== version) throw changedMeanwhile();
}

/** Of an update's filter: only this version is written to. */
export const ofVersion = (version: Version): { updatedAt?: Date | null } =>
  version === undefined ? {} : { updatedAt: version === '' ? null : new Date(version) };

/** An update with {@link ofVersion} may make the document, unless it is to change one. */
export const mayInsert = (version: Version): boolean => version === undefined || version === '';

/** An update of one version that found another, or made a second document of a name, was too late. */
export async function orChanged<T>(version: Version, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { name, code } = error as { name?: string; code?: number };
    if (version !== undefined && (name === 'DocumentNotFoundError' || code === 11_000))
      throw changedMeanwhile();
    throw error;
  }
}

export const changedMeanwhile = (): Problem =>
  new Problem(409, 'conflict', 'Somebody has changed this meanwhile.', { fields: ['version'] });

/** Whether somebody else was faster, of whatever was thrown. */
export const isChangedMeanwhile = (error: unknown): boolean =>
  error instanceof Problem && error.status === 409 && error.fields.includes('version');
