import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '#bench/pages/memory-of.ts';
import { appid } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { bindPeople } from './bindings.ts';

const mb = (bytes: number) => Math.round(bytes / 1_048_576);

/** What the ingress holds while a host exports few bindings, and many: as the machine sees it, and what of that is in use. */
export const exports: RowGroup = {
  names: ['exports'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-exports-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'memory.json');
    const accounts = size.exported.map((count) => ({ appid, entId: `bench-${count}` }));
    const hook = 'bench/pages/memory-hook.ts';
    const env = { BENCH_MEMORY: file };
    const us = cleanup.use(
      await startUs(setting, { prefix: 'bench-exports', accounts, workers: 0, hook, env }),
    );
    const resident = () => residentBytes(us);
    const inUse = async () => (await memoryOf(us.pids['ingress'] ?? 0, file)).heap;
    const lines: (string | number)[][] = [];
    for (const [n, count] of size.exported.entries()) {
      const entId = accounts[n]?.entId ?? '';
      await bindPeople(us.mongoUrl, setting, count, entId);
      const before = await resident();
      const { told, bytes, seconds, most } = await exportAll(us, entId, resident, 50);
      if (told !== count) throw new Error(`${told} of ${count} bindings were exported`);
      // Once more: collecting the garbage each time takes its time.
      const usedBefore = await inUse();
      const used = await exportAll(us, entId, inUse, 1_000);
      lines.push([
        count,
        mb(bytes),
        Math.round(seconds * 10) / 10,
        Math.round(count / seconds),
        `${mb(before)} → ${mb(most)}`,
        `${mb(usedBefore)} → ${mb(used.most)}`,
      ]);
      say(`  ${count} bindings: ${mb(most)} MB at most, ${mb(used.most)} of them in use`);
    }
    const columns = [
      'bindings',
      'MB told',
      'seconds',
      'bindings a second',
      'resident MB, most',
      'in use MB, most',
    ];
    return { tables: [{ title: 'The ingress while a host exports its table', columns, lines }] };
  },
};

/** Read as fast as it comes, and not kept; `sample` is taken again and again meanwhile. */
async function exportAll(us: Us, entId: string, sample: () => Promise<number>, eachMs: number) {
  const authorization = `Basic ${Buffer.from(`${entId}:${us.apiKeys.get(entId)}`).toString('base64')}`;
  let [told, bytes, most] = [0, 0, 0];
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      most = Math.max(most, await sample());
      await sleep(eachMs);
    }
  })();
  const begun = performance.now();
  const answer = await fetch(`${us.origin}/v1/bindings/export`, { headers: { authorization } });
  if (!answer.ok || answer.body === null) throw new Error(`the export was answered ${answer.status}`);
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) told += 1;
  }
  const seconds = (performance.now() - begun) / 1_000;
  over.abort();
  await sampling;
  return { told, bytes, seconds, most };
}

/** Of the ingress, as Linux counts it. */
async function residentBytes({ pids }: Us): Promise<number> {
  const status = await readFile(`/proc/${pids['ingress']}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024;
}
