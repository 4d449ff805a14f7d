import { mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const root = path.join(import.meta.dirname, '../..');
const parts = ['ingress', 'workers', 'models', 'operations', 'config.ts', 'package.json', 'tsconfig.json'];
/** The commit that each was released from, and what of it runs. */
const releases = {
  '0.1.0': { commit: 'cdfb66213c2492af33106bf64bad18a09b4b678a', parts },
  '0.2.0': { commit: 'ea191d5d0f8560f45b61d16fd894f7325760132a', parts: [...parts, 'connections', 'wechat'] },
} as const;
export type OlderRelease = keyof typeof releases;
export const olderReleases = Object.keys(releases) as OlderRelease[];

/**
 * A tree of an older release that can be run, taken from this repository's history, with today's dependencies; undefined where the
 * history is not there (a shallow clone, an archive of the sources).
 */
export async function checkOutRelease(release: OlderRelease): Promise<string | undefined> {
  const tree = path.join(root, `.cache/release-${release}`);
  if (await stat(tree).catch(() => undefined)) return tree;
  const fresh = `${tree}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const { commit, parts } = releases[release];
  const archive = execa('git', ['archive', commit, ...parts], {
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
