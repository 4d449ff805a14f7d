import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { ownCpu, type Setting, type Subject } from '#bench/subjects/setting.ts';
import type { Bench } from './bench.ts';
import { isFlat } from './is-flat.ts';
import { loginTask } from './login-task.ts';

/** Two calls of this length outlast any callback that is held for its login's end, so that every browser draws the page. */
const slow = [600, 100] as const;
const slowPeople = 300;
/** A block's figure is of what comes after its first logins, as its driver is a new process. */
const coldShare = 0.1;

/**
 * A service runs for days: until its code is compiled, a login costs half as much again. So logins of a hundred people at
 * WeChat's quickest, block by block, until their CPU time (steadier than their rate) falls no further; the same rule for
 * every subject. Then some with a slow WeChat, where people are led to a waiting page. Leaves the latency at 0.
 */
export async function warmUp(
  bench: Pick<Bench, 'setting' | 'say'>,
  subject: Subject,
  size: WarmUp,
): Promise<void> {
  const { setting, say } = bench;
  const costs: number[] = [];
  await setLatency(setting, 0, 0);
  while (costs.length < size.mostBlocks && !isFlat(costs)) {
    costs.push(await costOf(setting, subject, size.block));
  }
  if (size.slow > 0) {
    await setLatency(setting, ...slow);
    const most = size.slow;
    const warm = { count: most, ms: 30_000 };
    await runDriver(
      loginTask(setting, subject, { load: { clients: slowPeople }, warmUp: warm, measureMs: 100, most }),
    );
    await setLatency(setting, 0, 0);
  }
  say(
    `  ${subject.name} warms up: ${costs.map(Math.round).join(', ')} µs a login, ${costs.length * size.block} logins`,
  );
}

/** Logins. */
export type WarmUp = { readonly block: number; readonly mostBlocks: number; readonly slow: number };

async function costOf(setting: Setting, subject: Subject, block: number): Promise<number> {
  const cold = { count: block * coldShare, ms: 30_000 };
  const { cpu, count } = await runDriver(
    loginTask(setting, subject, { warmUp: cold, measureMs: 30_000, most: block }),
  );
  return ownCpu(subject, cpu) / Math.max(count, 1);
}
