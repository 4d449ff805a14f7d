/** A member of a form, and the field of the document that keeps it. */
type Kept = readonly [member: string, field: string];

/**
 * The update that writes what `patch` names, with the values of the whole form: what another request changes at the same
 * moment stays. Where the document is new all of the form is written.
 */
export function patchUpdate(members: readonly Kept[], form: object, patch: object) {
  const set: Record<string, unknown> = {};
  const unset: Record<string, 1> = {};
  const setOnInsert: Record<string, unknown> = {};
  for (const [member, field] of members) {
    const value: unknown = Reflect.get(form, member);
    if (!(member in patch)) {
      if (value !== undefined) setOnInsert[field] = value;
    } else if (value === undefined) unset[field] = 1;
    else set[field] = value;
  }
  return { set, unset, setOnInsert };
}
