import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

const oldestServed = [20, 19] as const;

/** The oldest Node on PATH that the package says it runs on; this one, where there is no other. */
export async function oldestNode(): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const files = folders.map((folder) => path.join(folder, 'node')).filter((file) => existsSync(file));
  const found = await Promise.all(
    [...new Set(files)].map(async (file) => {
      const { stdout } = await execa(file, ['--version'], { reject: false });
      const [, major = 0, minor = 0] = /^v(\d+)\.(\d+)/.exec(String(stdout)) ?? [];
      return { file, age: Number(major) * 1_000 + Number(minor) };
    }),
  );
  const [oldest] = found
    .filter(({ age }) => age >= oldestServed[0] * 1_000 + oldestServed[1])
    .toSorted((one, other) => one.age - other.age);
  return oldest?.file ?? process.execPath;
}
