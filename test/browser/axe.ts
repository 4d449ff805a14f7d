import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const source = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
/** WCAG 2.2, levels A and AA, with what it takes over from 2.0 and 2.1. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Found = { id: string; nodes: { target: string[]; failureSummary: string }[] };

/** What axe-core finds against WCAG 2.2 AA on this page as it stands, a line each: the rule, where, and why. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy forbids those of others.
  await page.evaluate(source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`;
  const { violations } = await page.evaluate<{ violations: Found[] }>(run);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary.replaceAll('\n', ' ')}`,
    ),
  );
}
