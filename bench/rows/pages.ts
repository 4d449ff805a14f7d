import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { summarise } from '#bench/driver/summary.ts';
import { allHeld, leastMemory, perPage } from '#bench/pages/measure-memory.ts';
import { createWaitingPages } from '#bench/pages/waiting-pages.ts';
import { setLatency } from '#bench/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
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
    await allHeld(us.heldPages, size.pages);
    const full = await leastMemory(us.pids['ingress'] ?? 0, file);
    const page = perPage(idle, full, size.pages);
    say(`  ${page.kb} KB a page`);

    let killedAt = 0;
    await us.restartIngress(() => {
      killedAt = performance.now();
    });
    const upAt = performance.now();
    await allHeld(us.heldPages, size.pages);
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
      ['memory of the ingress for each page, above idle', `${page.kb} KB`],
      ['its heap alone / its resident memory', `${page.heap} / ${page.rss} KB`],
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
        [`${us.name}: page KB`]: page.kb,
        [`${us.name}: wake-up p99`]: wakeUp.p99,
        [`${us.name}: pages back`]: backMs,
      },
    };
  },
};
