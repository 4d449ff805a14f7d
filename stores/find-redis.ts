import { aptInstall, canUseApt } from './apt.ts';
import { findBinary, type Say, type Step, tryVersion } from './find-binary.ts';

const onPath: Step = { find: async () => ['redis-server'] };

const fromApt: Step = {
  says: 'not on PATH, installing the Debian package redis-server',
  isOpen: canUseApt,
  async find() {
    await aptInstall('redis-server');
    return ['redis-server'];
  },
};

/** Finds or installs a redis-server and returns its path or its name on PATH. */
export async function findRedis(say: Say = () => {}, steps = [onPath, fromApt]): Promise<string> {
  return findBinary({
    name: 'redis-server',
    steps,
    tryOut: (bin) => tryVersion(bin, /v=(\d+)\.(\d+)/, [6, 2]),
    byHand:
      'Install Redis 6.2 or later (apt install redis-server, brew install redis), or set REDIS_URL, or use docker compose up.',
    say,
  });
}
