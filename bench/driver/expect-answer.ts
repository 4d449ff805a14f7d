import type { Answer } from './connection.ts';

/** Throws what was answered where another status was due. */
export function expectAnswer(answer: Answer, statuses: readonly number[], step: string): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(`${step} answered ${answer.status}: ${textOf(answer.body)}`);
}

/** What stands on a page, on one line: it goes into a table. */
function textOf(page: string): string {
  return page
    .replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
}
