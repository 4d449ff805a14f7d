import mongoose from 'mongoose';
import { z } from 'zod';
import { idPattern } from '#ingress/operator/forms.ts';

export const listedAtOnce = 100;
const empty = z.literal('').transform(() => undefined);
const id = z.string().regex(idPattern, 'must be 1 to 64 letters, digits, _ or -');
export const placeQuery = z.object({ q: id.or(empty).optional(), after: id.or(empty).optional() });

/** A filter for ids that begin so and come after that one: a range of their index. */
export function rangeOf({ q = '', after }: z.output<typeof placeQuery>) {
  const begins = after !== undefined && after >= q ? { $gt: after } : { $gte: q };
  // Behind every id that begins so: none of them has this character.
  return mongoose.trusted(q === '' ? begins : { ...begins, $lt: `${q}~` });
}

/** A page of what was found, one more than a page at most, and where the next one is. */
export function placePage<T extends { readonly id: string }>(path: string, q: string, found: readonly T[]) {
  const page = found.slice(0, listedAtOnce);
  const last = page.at(-1);
  if (found.length <= listedAtOnce || last === undefined) return { page };
  return { page, next: `${path}?${new URLSearchParams({ ...(q && { q }), after: last.id })}` };
}
