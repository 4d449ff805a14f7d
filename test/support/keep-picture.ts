import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Pictures for the READMEs and docs, when somebody asks for new ones: of what the window shows, or of the whole page. */
export async function keepPicture(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  if (process.env['UPDATE_SCREENSHOTS'] !== '1') return;
  const file = path.join(import.meta.dirname, `../../docs/images/${name}.png`);
  await writeFile(file, await page.screenshot({ animations: 'disabled', fullPage }));
}
