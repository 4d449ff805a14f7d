import { aptInstall, canUseApt } from './apt.ts';
import { cachedBinary } from './cache.ts';
import { findBinary, type Say, type Step, tryVersion } from './find-binary.ts';

const thisMachine = { onPath: 'redis-server', cached: cachedBinary('redis-server'), canUseApt, aptInstall };

/** Finds or installs a redis-server and returns its path or its name on PATH. */
export async function findRedis(say: Say = () => {}, machine = thisMachine): Promise<string> {
  const steps: Step[] = [
    { find: async () => machine.onPath },
    // Nothing here fetches one into the cache; a person without root may put one there.
    { find: async () => machine.cached },
    {
      says: 'not on PATH, installing the Debian package redis-server',
      isOpen: machine.canUseApt,
      async find() {
        await machine.aptInstall('redis-server');
        return machine.onPath;
      },
    },
  ];
  return findBinary({
    name: 'redis-server',
    steps,
    tryOut: (bin) => tryVersion(bin, /v=(\d+)\.(\d+)/, [6, 2]),
    byHand:
      'Install Redis 6.2 or later (apt install redis-server, brew install redis), or set REDIS_URL, or use docker compose up.',
    say,
  });
}
