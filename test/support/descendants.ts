import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Every process that this one started, and that those started, as far as they live. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const parents = process.platform === 'linux' ? await parentsOnLinux() : await parentsByPs();
  const found: number[] = [];
  for (const ancestors = [pid]; ancestors.length > 0; ) {
    const ancestor = ancestors.pop();
    const children = parents.filter(([, parent]) => parent === ancestor).map(([child]) => child);
    found.push(...children);
    ancestors.push(...children);
  }
  return found;
}

/** The program and its arguments, as `pkill -f` looks at them; empty when it is gone. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const { stdout } = await execa('ps', ['-o', 'args=', '-p', String(pid)], { reject: false });
  return stdout;
}

// Small images have no ps.
async function parentsOnLinux(): Promise<(readonly [pid: number, parent: number])[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  return Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return [pid, Number(/\) \w (\d+)/.exec(stat)?.[1] ?? 0)] as const;
    }),
  );
}

async function parentsByPs(): Promise<(readonly [pid: number, parent: number])[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout.split('\n').map((line) => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    return [pid, parent] as const;
  });
}
