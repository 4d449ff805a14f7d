import type { ParsedUrlQuery } from 'node:querystring';

/** How much of a query is read: `parameters` at most, in a text of `length` characters. */
export type QueryBounds = { readonly parameters: number; readonly length: number };

/** Far more than any address of ours has; nobody reads a longer one to find out. */
export const usualQuery: QueryBounds = { parameters: 16, length: 2_048 };

/** True when the query (the text behind the `?`) is worth reading at all. Looks at each character once at most. */
export function isWithin(query: string, bounds: QueryBounds): boolean {
  if (query.length > bounds.length) return false;
  let parameters = 1;
  for (let at = query.indexOf('&'); at !== -1; at = query.indexOf('&', at + 1)) {
    parameters += 1;
    if (parameters > bounds.parameters) return false;
  }
  return true;
}

/**
 * The query's parameters, as Koa's `ctx.query` has them: a name that comes twice has a list. Koa's own reader goes through
 * the whole query again for each name. Call it only for a query that {@link isWithin} its bounds.
 */
export function readQuery(query: string): ParsedUrlQuery {
  const read: ParsedUrlQuery = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) {
    const before = read[name];
    if (before === undefined) read[name] = value;
    else if (typeof before === 'string') read[name] = [before, value];
    else before.push(value);
  }
  return read;
}
