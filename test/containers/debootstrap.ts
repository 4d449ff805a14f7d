import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { aptInstall } from '#dev-stores/apt.ts';
import { root } from '#test/support/documents.ts';

/** What was fetched or built for this clone stays here between runs; git ignores it. */
export const cacheFolder = path.join(root, '.cache/containers');

/** A Debian of the smallest kind with some packages: a folder or, when its name ends in .tar, a file. As root, on Debian. */
export async function debootstrap(suite: string, include: readonly string[], target: string): Promise<void> {
  const { failed } = await execa('mmdebstrap', ['--version'], { reject: false });
  if (failed) await aptInstall('mmdebstrap');
  await mkdir(path.dirname(target), { recursive: true });
  await execa('mmdebstrap', ['--variant=minbase', `--include=${include.join(',')}`, suite, target], {
    stdin: 'ignore',
    timeout: 30 * 60_000,
  });
}
