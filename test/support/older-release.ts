import { mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const root = path.join(import.meta.dirname, '../..');
/** The commit that was released as 0.1.0. */
const release010 = 'cdfb66213c2492af33106bf64bad18a09b4b678a';
const parts = ['ingress', 'workers', 'models', 'operations', 'config.ts', 'package.json', 'tsconfig.json'];

/**
 * A tree of release 0.1.0 that can be run, taken from this repository's history, with today's dependencies; undefined where the
 * history is not there (a shallow clone, an archive of the sources).
 */
export async function checkOutRelease010(): Promise<string | undefined> {
  const tree = path.join(root, '.cache/release-0.1.0');
  if (await stat(tree).catch(() => undefined)) return tree;
  const fresh = `${tree}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const archive = execa('git', ['archive', release010, ...parts], {
    cwd: root,
    reject: false,
    encoding: 'buffer',
  });
  const { exitCode, stdout } = await archive;
  if (exitCode !== 0) {
    await rm(fresh, { recursive: true });
    return undefined;
  }
  await execa('tar', ['-x', '-C', fresh], { input: stdout });
  await symlink(path.join(root, 'node_modules'), path.join(fresh, 'node_modules'));
  // Another test may have made it meanwhile: then that one counts.
  await rename(fresh, tree).catch(() => rm(fresh, { recursive: true }));
  return tree;
}
