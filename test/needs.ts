import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
/** Whoever imports one of these, at whatever distance, needs what it hands out. */
const sources = { stores: 'test/support/store-url.ts', browser: 'test/support/with-browser.ts' } as const;

export type Needs = { readonly [Name in keyof typeof sources]: boolean };

/** What must run for these test files, given as AVA takes them; none means all of them. A pure test needs nothing. */
export async function needsOf(patterns: readonly string[]): Promise<Needs> {
  if (patterns.length === 0) return { stores: true, browser: true };
  const seen = new Set<string>();
  for (const pattern of patterns) {
    const files = glob(
      pattern.replace(/:[\d,-]+$/, '').replace(/\/?$/, (end) => (end ? '/**' : '')),
      { cwd: root },
    );
    for await (const file of files) if (file.endsWith('.ts')) await follow(file, seen);
  }
  return { stores: seen.has(sources.stores), browser: seen.has(sources.browser) };
}

async function follow(file: string, seen: Set<string>): Promise<void> {
  if (seen.has(file)) return;
  seen.add(file);
  const text = await readFile(path.join(root, file), 'utf8');
  for (const [, specifier = ''] of text.matchAll(/from '(#test\/[^']+|\.[^']+)'/g)) {
    const next = specifier.startsWith('#') ? specifier.slice(1) : path.join(path.dirname(file), specifier);
    if (next.startsWith('test/')) await follow(next, seen);
  }
}
