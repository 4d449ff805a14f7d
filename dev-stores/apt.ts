import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
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

/** Whether Debian packages can be fetched and unpacked, which needs no root and installs nothing. */
export async function canUnpack() {
  if (process.platform !== 'linux') return false;
  const asked = ['apt-get', 'dpkg'].map((program) => execa(program, ['--version'], { reject: false }));
  return (await Promise.all(asked)).every(({ failed }) => !failed);
}

/** Unpacks a Debian package into a folder that is made for it; no service starts, and what it depends on is not there. */
export async function aptUnpack(name: string, folder: string) {
  if (process.getuid?.() === 0) {
    updated ??= aptGet('update');
    await updated;
  }
  await mkdir(path.dirname(folder), { recursive: true });
  // Another run may be at it, too: whole or not there at all.
  const draft = await mkdtemp(`${folder}-`);
  try {
    // Its messages on standard error are about the user _apt, who may not write here.
    await execa('apt-get', ['-q', 'download', name], { cwd: draft, stdin: 'ignore', timeout: 300_000 });
    const [file = ''] = (await readdir(draft)).filter((one) => one.endsWith('.deb'));
    await execa('dpkg', ['-x', path.join(draft, file), path.join(draft, 'unpacked')], { stdin: 'ignore' });
    await rename(path.join(draft, 'unpacked'), folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
