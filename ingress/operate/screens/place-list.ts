import mongoose from 'mongoose';
import { z } from 'zod';
import { idPattern } from '#ingress/operator/forms.ts';

export const listedAtOnce = 100;
const empty = z.literal('').transform(() => undefined);
const id = z.string().regex(idPattern, 'must be 1 to 64 letters, digits, _ or -');
export const placeQuery = z.object({
  // MongoDB takes no NUL in an expression.
  q: z
    .string()
    .trim()
    .max(100)
    .refine((text) => !text.includes('\0'), 'no NUL')
    .optional(),
  after: id.or(empty).optional(),
});

/**
 * A filter for those whose id begins so, or whose name has it, and whose id comes after that one: a range of the ids' index; of
 * names all are looked through, of which there are thousands at most.
 */
export function sought(idName: 'entId' | 'appid', { q = '', after }: z.output<typeof placeQuery>) {
  const later = after === undefined ? {} : { [idName]: mongoose.trusted({ $gt: after }) };
  if (q === '') return later;
  // Behind every id that begins so: none of them has this character.
  const begins = { [idName]: mongoose.trusted({ $gte: q, $lt: `${q}~` }) };
  const literally = q.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const named = { name: mongoose.trusted({ $regex: literally, $options: 'i' }) };
  return { $and: [later, { $or: [begins, named] }] };
}

/** A page of what was found, one more than a page at most, and where the next one is. */
export function placePage<T extends { readonly id: string }>(path: string, q: string, found: readonly T[]) {
  const page = found.slice(0, listedAtOnce);
  const last = page.at(-1);
  if (found.length <= listedAtOnce || last === undefined) return { page };
  return { page, next: `${path}?${new URLSearchParams({ ...(q && { q }), after: last.id })}` };
}
