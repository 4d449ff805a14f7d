import { readFile, rm } from 'node:fs/promises';
import pWaitFor from 'p-wait-for';

export type Memory = { readonly rss: number; readonly heap: number };

/** Bytes in use by a process that was started with memory-hook.ts; `file` is its BENCH_MEMORY. */
export async function memoryOf(pid: number, file: string): Promise<Memory> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGWINCH');
  let usage: NodeJS.MemoryUsage | undefined;
  await pWaitFor(
    async () => {
      usage = await readFile(file, 'utf8')
        .then((text) => JSON.parse(text) as NodeJS.MemoryUsage)
        .catch(() => undefined);
      return usage !== undefined;
    },
    { interval: 50, timeout: 30_000 },
  );
  const { rss = 0, heapUsed = 0, external = 0 } = usage ?? {};
  return { rss, heap: heapUsed + external };
}
