import { readFile } from 'node:fs/promises';
import { appid } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { bindPeople } from './bindings.ts';

const sampledEachMs = 50;
const mb = (bytes: number) => Math.round(bytes / 1_048_576);

/** What the ingress holds while a host exports few bindings, and many. */
export const exports: RowGroup = {
  names: ['exports'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const accounts = size.exported.map((count) => ({ appid, entId: `bench-${count}` }));
    await using us = await startUs(setting, { prefix: 'bench-exports', accounts, workers: 0 });
    const lines: (string | number)[][] = [];
    for (const [n, count] of size.exported.entries()) {
      const entId = accounts[n]?.entId ?? '';
      await bindPeople(us.mongoUrl, setting, count, entId);
      const before = await residentBytes(us);
      const { told, bytes, seconds, most } = await exportAll(us, entId);
      if (told !== count) throw new Error(`${told} of ${count} bindings were exported`);
      lines.push([
        count,
        mb(bytes),
        Math.round(seconds * 10) / 10,
        Math.round(count / seconds),
        mb(before),
        mb(most),
      ]);
      say(`  ${count} bindings: ${mb(before)} MB before, ${mb(most)} MB at most`);
    }
    const columns = [
      'bindings',
      'MB told',
      'seconds',
      'bindings a second',
      'resident MB before',
      'most meanwhile',
    ];
    return { tables: [{ title: 'The ingress while a host exports its table', columns, lines }] };
  },
};

/** Read as fast as it comes, and not kept. */
async function exportAll(us: Us, entId: string) {
  const authorization = `Basic ${Buffer.from(`${entId}:${us.apiKeys.get(entId)}`).toString('base64')}`;
  let [told, bytes, most] = [0, 0, 0];
  const sampling = setInterval(async () => {
    most = Math.max(most, await residentBytes(us));
  }, sampledEachMs);
  const begun = performance.now();
  try {
    const answer = await fetch(`${us.origin}/v1/bindings/export`, { headers: { authorization } });
    if (!answer.ok || answer.body === null) throw new Error(`the export was answered ${answer.status}`);
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) told += 1;
    }
  } finally {
    clearInterval(sampling);
  }
  return { told, bytes, seconds: (performance.now() - begun) / 1_000, most };
}

/** Of the ingress, as Linux counts it. */
async function residentBytes({ pids }: Us): Promise<number> {
  const status = await readFile(`/proc/${pids['ingress']}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024;
}
