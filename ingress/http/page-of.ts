import mongoose from 'mongoose';
import { z } from 'zod';

/** Of a list; the rest is behind `next_cursor`. */
export const pageSize = 1_000;

/** Where a page begins: after the entry with these values. Empty for the first page. */
export type Cursor = readonly string[];

const part = z.string().max(256);

/** The `cursor` of a list whose entries are in the order of so many fields. What was not made here is refused. */
export function cursorOf(fields: number) {
  const parts = z.array(part).length(fields);
  return z
    .string()
    .max(1_024)
    .transform((text, context): Cursor => {
      if (text === '') return [];
      try {
        return parts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
      } catch {
        context.addIssue({ code: 'custom', message: 'is not one that a list here answered with' });
        return z.NEVER;
      }
    });
}

/** A filter for what comes after the cursor in the order of these fields. Every value in it was checked to be a text. */
export function after(cursor: Cursor, fields: readonly string[]): object {
  if (cursor.length === 0) return {};
  const ways = fields.map((field, at) => ({
    ...Object.fromEntries(fields.slice(0, at).map((name, before) => [name, cursor[before] ?? ''])),
    [field]: mongoose.trusted({ $gt: cursor[at] ?? '' }),
  }));
  return ways.length === 1 ? (ways[0] ?? {}) : { $or: ways };
}

/** Cuts what was found, one entry more than a page at most, and says where the next page begins. */
export function pageOf<T>(
  found: readonly T[],
  keyOf: (entry: T) => Cursor,
): { page: T[]; more: object; next?: Cursor } {
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  if (found.length <= pageSize || last === undefined) return { page, more: {} };
  const next = keyOf(last);
  return { page, next, more: { next_cursor: Buffer.from(JSON.stringify(next)).toString('base64url') } };
}
