import type { LiveAnswer } from '#ingress/operate/live.ts';

type Place = Omit<LiveAnswer['enterprises'][number], 'ent_id'> & { readonly id: string };
/** What the tables of the first screen can be sorted by, as their heads stand. */
export const columns = [
  'name',
  'failing',
  'again',
  'sent',
  'back',
  'in',
  'redeemed',
  'median',
  'p95',
] as const;
export type Column = (typeof columns)[number];

const numberOf: Readonly<Record<Exclude<Column, 'name'>, (place: Place) => number>> = {
  // What is worst: who is sent round and round does not get in either.
  failing: ({ failing }) => failing,
  again: ({ again }) => again,
  sent: ({ sent }) => sent,
  back: ({ back }) => back,
  in: ({ ready, bind }) => ready + bind,
  redeemed: ({ redeemed }) => redeemed,
  median: ({ took_ms: took }) => took?.p50 ?? -1,
  p95: ({ took_ms: took }) => took?.p95 ?? -1,
};

/** By name from A on, by a number the greatest first; those that are alike stay in the order that they have: worst first. */
export function sortedPlaces<T extends Omit<Place, 'id'>>(
  places: readonly T[],
  by: Column,
  nameOf: (place: T) => string,
): readonly T[] {
  if (by === 'name') return places.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const of = numberOf[by] as (place: Omit<Place, 'id'>) => number;
  return places.toSorted((a, b) => of(b) - of(a));
}
