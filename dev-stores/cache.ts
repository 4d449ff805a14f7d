import path from 'node:path';

/** What was fetched for this clone stays here between runs; git ignores it. */
export const cacheFolder = path.join(import.meta.dirname, '..', '.cache', 'stores');

const exe = process.platform === 'win32' ? '.exe' : '';

/** Where a program lies once an earlier run has fetched it. */
export function cachedBinary(name: string, folder = cacheFolder) {
  return path.join(folder, `${name}${exe}`);
}
