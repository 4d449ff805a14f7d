import type { MinuteCounts } from '#models/counts/minutes.ts';

/** What was counted of one enterprise at one account in one minute. */
export type Counted = {
  readonly minute: number;
  readonly entId: string;
  readonly appid: string;
  readonly step: string;
  readonly n: number;
  /** When a trouble was first met in that minute, ms of Redis's clock. */
  readonly first: number | undefined;
};

const rowsOfMinutes = new WeakMap<MinuteCounts, Counted[]>();

/**
 * What conditions look at in a minute, a row each: how long things took is no trouble. A minute that is over is looked at again
 * and again, and taken apart once.
 */
export function troubleRowsOf(minute: MinuteCounts): Counted[] {
  const known = rowsOfMinutes.get(minute);
  if (known !== undefined) return known;
  const rows = rowsOf([minute]).filter(({ step }) => !step.startsWith('d:'));
  rowsOfMinutes.set(minute, rows);
  return rows;
}

/** Of which calls failed in these minutes. */
export function accountsOfFailedCalls(minutes: readonly MinuteCounts[]): string[] {
  const failed = minutes.flatMap(troubleRowsOf).filter(({ step }) => step.startsWith('e:'));
  return [...new Set(failed.map(({ appid }) => appid))];
}

/** The counts of some minutes, a row each. */
export function rowsOf(minutes: readonly MinuteCounts[]): Counted[] {
  return minutes.flatMap(({ minute, counts, firsts }) =>
    [...counts].map(([field, n]) => {
      const [entId = '', appid = '', step = ''] = field.split('|');
      return { minute, entId, appid, step, n, first: firsts.get(field) };
    }),
  );
}

/** How often a step was counted, of whomever and whenever. */
export type StepCount = { readonly step: string; readonly n: number };

export const sumOf = (rows: readonly StepCount[], ...steps: readonly string[]): number =>
  rows.reduce((sum, { step, n }) => (steps.includes(step) ? sum + n : sum), 0);

/** `kind`: with its colon, such as `failed:`. */
export const sumOfKind = (rows: readonly StepCount[], kind: string): number =>
  rows.reduce((sum, { step, n }) => (step.startsWith(kind) ? sum + n : sum), 0);
