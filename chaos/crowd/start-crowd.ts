import { fork } from 'node:child_process';
import path from 'node:path';
import type { CrowdPlan, CrowdReport } from './journal.ts';

type Message = { ended?: number; ready?: number; report?: CrowdReport };
export type Crowd = ReturnType<typeof startCrowd>;

/** A crowd in a process of its own. `report` resolves when everybody has ended. */
export function startCrowd(plan: CrowdPlan) {
  const child = fork(path.join(import.meta.dirname, 'main.ts'), { serialization: 'advanced' });
  const { promise: report, resolve, reject } = Promise.withResolvers<CrowdReport>();
  let progress = { ended: 0, ready: 0 };
  child.on('message', (message: Message) => {
    if (message.report !== undefined) resolve(message.report);
    else progress = { ended: message.ended ?? 0, ready: message.ready ?? 0 };
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`the crowd ended early (${code})`)));
  report.catch(() => {});
  child.send(plan);
  return {
    plan,
    report,
    /** As of at most 200 ms ago. */
    get progress() {
      return progress;
    },
    stop: () => child.kill('SIGKILL'),
  };
}
