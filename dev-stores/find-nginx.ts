import { execa } from 'execa';
import { aptInstall, canUseApt } from './apt.ts';
import { findBinary, type Say, type Step } from './find-binary.ts';

// Debian has it where not everybody's PATH leads.
const thisMachine = { onPath: 'nginx', installed: '/usr/sbin/nginx', canUseApt, aptInstall };

/** Finds or installs an nginx, for the test of docs/nginx.conf, and returns its path or its name on PATH. */
export async function findNginx(say: Say = () => {}, machine = thisMachine): Promise<string> {
  const steps: Step[] = [
    { find: async () => machine.onPath },
    { find: async () => machine.installed },
    {
      says: 'not on PATH, installing the Debian package nginx-light',
      isOpen: machine.canUseApt,
      async find() {
        await machine.aptInstall('nginx-light');
        return machine.installed;
      },
    },
  ];
  return findBinary({
    name: 'nginx',
    steps,
    async tryOut(bin) {
      // It prints its version on standard error.
      const { stderr } = await execa(bin, ['-v'], { timeout: 30_000, stdin: 'ignore' });
      if (!/nginx\/1\.(1[89]|[2-9]\d)/.test(stderr)) throw new Error(`${bin}: ${stderr} is older than 1.18`);
    },
    byHand: 'Install nginx 1.18 or later (apt install nginx-light, brew install nginx).',
    say,
  });
}
