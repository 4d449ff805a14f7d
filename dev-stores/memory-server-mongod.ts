import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cachedBinary, cacheFolder } from './cache.ts';

/** Fetches MongoDB's own build for this system into the cache and returns its path. */
export async function fetchMongodForThisSystem(folder = cacheFolder) {
  // Imported here since few runs come this far.
  const { MongoBinary } = await import('mongodb-memory-server-core');
  await mkdir(folder, { recursive: true });
  const downloadDir = await mkdtemp(path.join(folder, 'fetching-'));
  try {
    const found = await MongoBinary.getPath({ downloadDir });
    // It may be another project's, from the folder that mongodb-memory-server shares: copied, not moved.
    const copy = path.join(downloadDir, 'copy');
    await copyFile(found, copy);
    await rename(copy, cachedBinary('mongod', folder));
    return cachedBinary('mongod', folder);
  } finally {
    await rm(downloadDir, { recursive: true, force: true });
  }
}
