import path from 'node:path';
import { aptUnpack, canUnpack } from './apt.ts';
import { cacheFolder } from './cache.ts';
import { findBinary, type Say, type Step, tryVersion } from './find-binary.ts';

const folder = path.join(cacheFolder, 'prometheus');
const thisMachine = { onPath: '', cached: path.join(folder, 'usr/bin'), canUnpack, aptUnpack };

/** Finds or fetches one of the two programs of Prometheus, for the tests of the alerts and the dashboard. */
export async function findPrometheus(
  program: 'prometheus' | 'promtool',
  say: Say = () => {},
  machine = thisMachine,
): Promise<string> {
  const cached = path.join(machine.cached, program);
  const steps: Step[] = [
    { find: async () => path.join(machine.onPath, program) },
    { find: async () => cached },
    {
      // Not installed: the package starts a Prometheus, for good.
      says: 'not on PATH, unpacking the Debian package prometheus into .cache',
      isOpen: machine.canUnpack,
      async find() {
        await machine.aptUnpack('prometheus', folder);
        return cached;
      },
    },
  ];
  return findBinary({
    name: program,
    steps,
    tryOut: (bin) => tryVersion(bin, /version (\d+)\.(\d+)/, [2, 42]),
    byHand: 'Put Prometheus 2.42 or later on PATH (apt install prometheus, brew install prometheus).',
    say,
  });
}
