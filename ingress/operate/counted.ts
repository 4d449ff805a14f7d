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

/** A minute that is over is looked at again and again, and taken apart once. */
const takenApart = new WeakMap<MinuteCounts, readonly Counted[]>();
const troubleRows = new WeakMap<MinuteCounts, readonly Counted[]>();

/** What conditions look at in a minute, a row each: how long things took is no trouble. */
export function troubleRowsOf(minute: MinuteCounts): readonly Counted[] {
  const known = troubleRows.get(minute);
  if (known !== undefined) return known;
  const rows = rowsOfMinute(minute).filter(({ step }) => !step.startsWith('d:'));
  troubleRows.set(minute, rows);
  return rows;
}

/** Of which calls failed in these minutes. */
export function accountsOfFailedCalls(minutes: readonly MinuteCounts[]): string[] {
  const failed = minutes.flatMap(troubleRowsOf).filter(({ step }) => step.startsWith('e:'));
  return [...new Set(failed.map(({ appid }) => appid))];
}

/** The counts of some minutes, a row each. */
export const rowsOf = (minutes: readonly MinuteCounts[]): Counted[] => minutes.flatMap(rowsOfMinute);

function rowsOfMinute(of: MinuteCounts): readonly Counted[] {
  const known = takenApart.get(of);
  if (known !== undefined) return known;
  const { minute, counts, firsts } = of;
  const rows = Array.from(counts, ([field, n]) => {
    const [entId = '', appid = '', step = ''] = field.split('|');
    return { minute, entId, appid, step, n, first: firsts.get(field) };
  });
  takenApart.set(of, rows);
  return rows;
}

/** How often a step was counted, of whomever and whenever. */
export type StepCount = { readonly step: string; readonly n: number };

/** Each step once: what is asked of many minutes, step by step, is asked of as few rows as there are steps. */
export function sumSteps(rows: readonly StepCount[]): StepCount[] {
  const sums = new Map<string, number>();
  for (const { step, n } of rows) sums.set(step, (sums.get(step) ?? 0) + n);
  return Array.from(sums, ([step, n]) => ({ step, n }));
}

export const sumOf = (rows: readonly StepCount[], ...steps: readonly string[]): number =>
  rows.reduce((sum, { step, n }) => (steps.includes(step) ? sum + n : sum), 0);

/** `kind`: with its colon, such as `failed:`. */
export const sumOfKind = (rows: readonly StepCount[], kind: string): number =>
  rows.reduce((sum, { step, n }) => (step.startsWith(kind) ? sum + n : sum), 0);
