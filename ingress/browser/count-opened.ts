import type { Whose } from '#models/counts/steps.ts';
import type { Count } from '#models/counts/tally.ts';

/** Counts a person who opened a link; not again for what the page leads to that was the answer. */
export function countOpened(count: Count, whose: Whose, { isElsewhere }: { isElsewhere: boolean }): void {
  count(whose, 'opened');
  if (isElsewhere) count(whose, 'outside');
}
