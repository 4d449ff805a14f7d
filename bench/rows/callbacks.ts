import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { toRow } from './to-row.ts';

/** The callback request alone, while no worker takes the jobs: the ingress against a bare Koa redirect. */
export const callbacks: RowGroup = {
  names: ['callbacks'],
  async measure({ setting, size }: Bench): Promise<Findings> {
    await setLatency(setting, 0, 0);
    await using us = await startUs(setting, { prefix: 'bench-callbacks', workers: 0 });
    const result = await runDriver(
      loginTask(setting, us, {
        kind: 'callbacks',
        warmUp: { count: size.count / 3, ms: 30_000 },
        measureMs: size.measureMs,
        most: size.count,
      }),
    );
    return { rows: [toRow('callbacks', us, result)] };
  },
};
