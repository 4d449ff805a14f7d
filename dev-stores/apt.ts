import { execa } from 'execa';

let updated: Promise<unknown> | undefined;

/** Whether packages can be installed without asking anybody: root on Debian or a child of it. */
export async function canUseApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return false;
  }

  const { failed } = await execa('apt-get', ['--version'], { reject: false });
  return !failed;
}

/** Installs Debian packages. The package lists are fetched once per process. */
export async function aptInstall(...packages: string[]) {
  updated ??= aptGet('update');
  await updated;
  await aptGet('install', '-y', '--no-install-recommends', ...packages);
}

async function aptGet(...args: string[]) {
  // Another apt may be at work (unattended upgrades, a parallel CI job): wait for its lock.
  await execa('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    timeout: 600_000,
  });
}
