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

/** The counts of some minutes, a row each. */
export function rowsOf(minutes: readonly MinuteCounts[]): Counted[] {
  return minutes.flatMap(({ minute, counts, firsts }) =>
    [...counts].map(([field, n]) => {
      const [entId = '', appid = '', step = ''] = field.split('|');
      return { minute, entId, appid, step, n, first: firsts.get(field) };
    }),
  );
}

export const sumOf = (rows: readonly Counted[], ...steps: readonly string[]): number =>
  rows.reduce((sum, { step, n }) => (steps.includes(step) ? sum + n : sum), 0);

export const sumOfKind = (rows: readonly Counted[], kind: string): number =>
  rows.reduce((sum, { step, n }) => (step.startsWith(kind) ? sum + n : sum), 0);

/** By any name of a row. */
export function groupBy<T>(rows: readonly T[], nameOf: (row: T) => string): Map<string, T[]> {
  return Map.groupBy(rows, nameOf);
}
