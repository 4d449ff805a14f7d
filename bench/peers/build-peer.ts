import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = fileURLToPath(new URL('go', import.meta.url));

/** Builds a program of the Go module; answers where it lies, or undefined where there is no Go. */
export async function buildPeer(name: string, folder: string): Promise<string | undefined> {
  try {
    await run('go', ['version']);
  } catch {
    return undefined;
  }
  const binary = fileURLToPath(new URL(`../../.cache/bench/${name}`, import.meta.url));
  await run('go', ['build', '-buildvcs=false', '-o', binary, folder], { cwd: source });
  return binary;
}
