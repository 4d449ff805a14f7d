import { type Counted, type StepCount, sumOf, sumSteps } from '#ingress/operate/counted.ts';
import { failedOf, failingOf, funnelOf, percentilesOf } from '#ingress/operate/funnel.ts';
import type { PlaceSums } from '#models/counts/sum-hours.ts';

/** Worst first: those of whom most failed or were asked again, then those with most people. */
export function placesOf(
  rows: readonly Counted[],
  nameOf: (row: Counted) => string,
  most: number,
): PlaceSums[] {
  return [...Map.groupBy(rows, nameOf)]
    .filter(([id]) => id !== '')
    .map(([id, of]) => ({ id, rows: sumSteps(of) }))
    .map(({ id, rows: of }) => ({ id, rows: of, failing: failingOf(of), back: sumOf(of, 'back') }))
    .toSorted((a, b) => b.failing - a.failing || b.back - a.back)
    .slice(0, most);
}

/** An enterprise or account in a line of a table. */
export type ShortOf = ReturnType<typeof shortOf>;

export function shortOf(rows: readonly StepCount[]) {
  const { sent, back, ready, bind, told, redeemed, again } = funnelOf(rows);
  return {
    sent,
    back,
    ready,
    bind,
    told,
    redeemed,
    /** `failed` people and those asked `again`, each time: what is worst, not a share of anybody. */
    failing: failingOf(rows),
    failed: failedOf(rows),
    again,
    took_ms: percentilesOf(rows, 'total') ?? null,
  };
}
