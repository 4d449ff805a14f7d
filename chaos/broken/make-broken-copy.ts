import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectFolder } from '#chaos/world/start-world.ts';
import type { Variant } from './variants.ts';

const productParts = [
  'ingress',
  'wechat',
  'workers',
  'connections',
  'models',
  'operations',
  'config.ts',
  'package.json',
  'tsconfig.json',
];

/** A copy of the service with one line changed, in a folder that goes when it is disposed of. Throws when the line is not there once. */
export async function makeBrokenCopy({ name, file, line, becomes }: Variant) {
  const folder = await mkdtemp(path.join(tmpdir(), 'chaos-broken-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    for (const part of productParts)
      await cp(path.join(projectFolder, part), path.join(folder, part), { recursive: true });
    await symlink(path.join(projectFolder, 'node_modules'), path.join(folder, 'node_modules'));
    const place = path.join(folder, file);
    const pieces = (await readFile(place, 'utf8')).split(`${line}\n`);
    // A line that has moved on would leave the copy whole, and the referee would be blamed for calling it so.
    if (pieces.length !== 2)
      throw new Error(`"${name}" finds its line ${pieces.length - 1} times in ${file}`);
    await writeFile(place, pieces.join(`${becomes}\n`));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { folder, [Symbol.asyncDispose]: dispose };
}
