import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { summarise } from '#bench/driver/summary.ts';
import { type Memory, memoryOf } from '#bench/pages/memory-of.ts';
import { createWaitingPages } from '#bench/pages/waiting-pages.ts';
import { setLatency } from '#bench/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { createSettledCounter } from './settled-counter.ts';

/** So many jobs in hand at two calls of 100 ms each are 500 completions a second. */
const pacedWorker = { WORKER_CONCURRENCY: '100' };
const callMs = 100;

/** Many pages that wait on one ingress: their memory, the storm when that ingress is killed, and how soon each is woken. */
export const pages: RowGroup = {
  names: ['pages'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-pages-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'memory.json');
    const us = cleanup.use(
      await startUs(setting, {
        prefix: 'bench-pages',
        workers: 0,
        hook: 'bench/pages/memory-hook.ts',
        env: { ...pacedWorker, BENCH_MEMORY: file },
      }),
    );
    await setLatency(setting, callMs, 0);
    const waiting = createWaitingPages(us, setting.simulatorUrl);
    cleanup.defer(async () => waiting.close());
    await waiting.begin(size.pages);
    say(`  ${size.pages} logins begun`);

    const idle = await leastMemory(us.pids['ingress'] ?? 0, file);
    await waiting.open();
    await allHeld(us, size.pages);
    const full = await leastMemory(us.pids['ingress'] ?? 0, file);
    const kb = (bytes: number) => Math.round((bytes / 1_024 / size.pages) * 10) / 10;
    // A process keeps free pages for a while, so what it holds may grow by less than what it uses.
    const pageKb = Math.max(kb(full.rss - idle.rss), kb(full.heap - idle.heap));
    say(`  ${pageKb} KB a page`);

    let killedAt = 0;
    await us.restartIngress(() => {
      killedAt = performance.now();
    });
    const upAt = performance.now();
    await allHeld(us, size.pages);
    const backMs = performance.now() - killedAt;
    say(`  all back ${Math.round(backMs)} ms after the ingress was killed`);

    const settledAt = new Map<string, number>();
    await using settled = await createSettledCounter(setting.redisUrl, us.prefix, ({ id }) => {
      settledAt.set(id, performance.now());
    });
    await us.startWorker();
    await waiting.ended(size.pages);
    const times = [...settledAt.values()];
    const rate = settled.count / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000);
    const wakeUp = summarise(
      [...waiting.endedAt].map(([id, at]) => Math.max(at - (settledAt.get(id) ?? at), 0)),
    );
    const lines = [
      ['memory of the ingress for each page, above idle', `${pageKb} KB`],
      [
        'its heap alone / its resident memory',
        `${kb(full.heap - idle.heap)} / ${kb(full.rss - idle.rss)} KB`,
      ],
      ['ingress killed → the next one answers', `${Math.round(upAt - killedAt)} ms`],
      ['ingress killed → the next one holds all pages', `${Math.round(backMs)} ms`],
      ['requests in vain meanwhile', waiting.failures],
      ['completions a second', Math.round(rate)],
      ['wake-up: settled → answered, p50 / p99 / max', `${wakeUp.p50} / ${wakeUp.p99} / ${wakeUp.max} ms`],
    ];
    const title = `${size.pages} waiting pages on one ingress`;
    return {
      tables: [{ title, columns: ['', 'measured'], lines }],
      facts: {
        [`${us.name}: page KB`]: pageKb,
        [`${us.name}: wake-up p99`]: wakeUp.p99,
        [`${us.name}: pages back`]: backMs,
      },
    };
  },
};

/** What is left when V8 has given back what it does not need, which takes it a moment. */
async function leastMemory(pid: number, file: string): Promise<Memory> {
  let least = { rss: Number.POSITIVE_INFINITY, heap: Number.POSITIVE_INFINITY };
  for (let time = 0; time < 4; time += 1) {
    await sleep(1_000);
    const { rss, heap } = await memoryOf(pid, file);
    least = { rss: Math.min(least.rss, rss), heap: Math.min(least.heap, heap) };
  }
  return least;
}

/** Until the ingress holds a question of each page. */
async function allHeld(us: Us, pages: number): Promise<void> {
  const message = 'not all pages came back within two minutes';
  const areHeld = async () => (await us.heldPages().catch(() => 0)) >= pages;
  await pWaitFor(areHeld, { interval: 100, timeout: { milliseconds: 120_000, message } });
}
