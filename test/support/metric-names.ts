import { glob } from 'node:fs/promises';
import { readDocument, root } from '#test/support/documents.ts';

/** The metrics that a text names, in order. */
export const metricsIn = (text: string): string[] => [...new Set(text.match(/\bwechat_[a-z_]+/g))].toSorted();

/** The metrics that files of code declare, in order. */
export async function declaredIn(pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) {
    const source = await readDocument(file);
    for (const [, name = ''] of source.matchAll(/name: '(wechat_[a-z_]+)'/g)) found.push(name);
  }
  return found.toSorted();
}
