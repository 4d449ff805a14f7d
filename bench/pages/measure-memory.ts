import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { type Memory, memoryOf } from './memory-of.ts';

/** What is left when V8 has given back what it does not need, which takes it a moment. */
export async function leastMemory(pid: number, file: string): Promise<Memory> {
  let least = { rss: Number.POSITIVE_INFINITY, heap: Number.POSITIVE_INFINITY };
  for (let time = 0; time < 4; time += 1) {
    await sleep(1_000);
    const { rss, heap } = await memoryOf(pid, file);
    least = { rss: Math.min(least.rss, rss), heap: Math.min(least.heap, heap) };
  }
  return least;
}

/** What each of so many pages takes, in KB of 1,024 bytes. */
export function perPage(idle: Memory, full: Memory, pages: number) {
  const kb = (bytes: number) => Math.round((bytes / 1_024 / pages) * 10) / 10;
  const [heap, rss] = [kb(full.heap - idle.heap), kb(full.rss - idle.rss)];
  // A process keeps free pages for a while, so what it holds may grow by less than what it uses.
  return { heap, rss, kb: Math.max(rss, heap) };
}

/** Until the ingress holds a question of each page; `held` may throw while it is away. */
export async function allHeld(held: () => Promise<number>, pages: number): Promise<void> {
  const message = 'not all pages came back within two minutes';
  const areHeld = async () => (await held().catch(() => 0)) >= pages;
  await pWaitFor(areHeld, { interval: 100, timeout: { milliseconds: 120_000, message } });
}
