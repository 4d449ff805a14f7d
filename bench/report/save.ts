import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Findings } from '#bench/rows/bench.ts';
import { type Machine, toMarkdown } from './markdown.ts';

const run = promisify(execFile);

/** Writes a run's figures and tables into `folder`; answers the tables. `name` tells runs of different kinds apart. */
export async function saveReport(
  folder: string,
  name: string,
  findings: Findings,
  machine: Machine,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const markdown = toMarkdown(findings, machine);
  const json = path.join(folder, `${name}.json`);
  await writeFile(json, `${JSON.stringify({ machine, ...findings }, undefined, 2)}\n`);
  // docs/ is held to the format that `npm run check` wants.
  await run('npx', ['--no', 'biome', 'format', '--write', '--vcs-use-ignore-file=false', json]).catch(
    () => {},
  );
  await writeFile(path.join(folder, `${name}.md`), markdown);
  return markdown;
}
