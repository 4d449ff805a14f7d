import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, Row, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { toRow } from './to-row.ts';

const fleets = [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 2],
] as const;

/** Rate against the number of processes. More of them than cores can only show what sharing costs. */
export const processes: RowGroup = {
  names: ['processes'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    await setLatency(setting, 0, 0);
    const rows: Row[] = [];
    for (const [ingresses, workers] of fleets) {
      await using us = await startUs(setting, { prefix: 'bench-fleet', ingresses, workers });
      const result = await runDriver(
        loginTask(setting, us, { warmUp: size.warmUp, measureMs: size.measureMs }),
      );
      const row = toRow('processes', `ingress × ${ingresses}, workers × ${workers}`, result);
      say(`  ${row.subject}: ${row.rate}/s`);
      rows.push(row);
    }
    return { rows };
  },
};
