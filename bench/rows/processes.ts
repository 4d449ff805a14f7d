import { runDriver } from '#bench/run-driver.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, Row, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { toRow } from './to-row.ts';
import { warmUp } from './warm-up.ts';

const fleets = [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 2],
  [1, 4],
  [4, 1],
  [4, 4],
] as const;

/** Rate against the number of processes. More of them than cores can only show what sharing costs. */
export const processes: RowGroup = {
  names: ['processes'],
  async measure(bench: Bench): Promise<Findings> {
    const { setting, size, say } = bench;
    const rows: Row[] = [];
    for (const [ingresses, workers] of fleets) {
      await using us = await startUs(setting, { prefix: 'bench-fleet', ingresses, workers });
      await warmUp(bench, us, size.warmUp);
      const task = loginTask(setting, us, { warmUp: size.pipesFull, measureMs: size.measureMs });
      const fleet = { ...us, pids: us.pids, name: `ingress × ${ingresses}, workers × ${workers}` };
      const row = toRow('processes', fleet, await runDriver(task));
      say(`  ${row.subject}: ${row.rate}/s, ${row.own} µs`);
      rows.push(row);
    }
    return { rows };
  },
};
