/**
 * What a PUT here means: a member that is absent stays as it was, `null` clears it (as in RFC 7396, of one level). A patch that
 * is no object is answered as it is, for the form to refuse.
 */
export function mergePatch(current: object | null, patch: unknown): unknown {
  if (!isPatch(patch)) return patch;
  const merged = Object.entries({ ...current, ...patch });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

export function isPatch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
