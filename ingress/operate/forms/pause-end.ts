import { invalidRequest } from '#ingress/http/problem.ts';
import type { Field, Typed } from '#ingress/operate/forms/field.ts';
import { longestPauseMs } from '#ingress/operator/pause-form.ts';

const unitMs = { minutes: 60_000, hours: 3_600_000 } as const;

/** A span, not a time: without a script nobody knows by which clock the reader lives. */
export const endFields: readonly Field[] = [
  { name: 'ends_in', kind: 'text' },
  { name: 'ends_unit', kind: 'choice', options: Object.keys(unitMs) },
];

/**
 * The `until` of a pause (ISO 8601) by what was typed at `now` (ms): null for 0, which is no end; undefined where nothing was
 * typed: as it was. Throws 400.
 */
export function untilOf({ ends_in: typed = '', ends_unit: unit = 'minutes' }: Typed, now: number) {
  const span = typed.trim();
  if (span === '') return undefined;
  const ms = Number(span) * (unit === 'hours' ? unitMs.hours : unitMs.minutes);
  if (!/^\d{1,6}$/.test(span) || ms > longestPauseMs)
    throw invalidRequest('ends_in: must be a whole number, of 366 days at most', ['ends_in']);
  return ms === 0 ? null : new Date(now + ms).toISOString();
}
