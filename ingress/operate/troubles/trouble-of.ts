import { type ConditionName, conditions } from '#ingress/operate/conditions.ts';
import type { Counted } from '#ingress/operate/counted.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';

export const minuteOf = ({ minuteMs }: Seen, at: number): number => Math.floor(at / minuteMs);

export const lately = (seen: Seen, rows: readonly Counted[], minutes: number): Counted[] =>
  rows.filter(({ minute }) => minute > minuteOf(seen, seen.now) - minutes);

/** When it was first met; of a minute that tells it not, when that minute began. */
export const firstOf = ({ minuteMs }: Seen, { first, minute }: Counted): number => first ?? minute * minuteMs;

/** Of whom rows are, sorted. */
export const enterprisesOf = (rows: readonly Counted[]): string[] =>
  [...new Set(rows.map(({ entId }) => entId))].filter((entId) => entId !== '').toSorted();

/** A trouble of an account that some rows are of. */
export function troubleOf(
  seen: Seen,
  condition: ConditionName,
  { appid, rows, people, cause }: { appid: string; rows: readonly Counted[]; people: number; cause: string },
): Trouble {
  const since = Math.min(...rows.map((row) => firstOf(seen, row)));
  return {
    key: `${condition}|${appid}`,
    condition,
    severity: conditions[condition].severity,
    appid,
    entIds: enterprisesOf(rows),
    cause,
    since,
    people,
  };
}
