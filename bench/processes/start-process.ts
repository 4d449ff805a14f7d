import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pWaitFor from 'p-wait-for';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';

export type RunningProcess = {
  readonly pid: number;
  readonly stop: () => Promise<void>;
  /** As a crash would end it. */
  readonly kill: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Ten thousand pages may be at the door before it. */
const readyWithinMs = 60_000;
const endWithinMs = 15_000;

/** Starts a program and waits until `url` answers anything. Its output goes to a file, as a service's log does. */
export async function startProcess(options: {
  command: string;
  args?: readonly string[];
  cwd?: string;
  env: Record<string, string>;
  url: string;
}): Promise<RunningProcess> {
  const { command, args = [], cwd, env, url } = options;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-'));
  const logFile = path.join(folder, 'output.log');
  const log = await open(logFile, 'a');
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  await log.close();
  // A run that is killed must not leave it behind: it would take its share of the next one's machine.
  const guard = createOrphanGuard(folder);
  guard.watch(child.pid);
  const gone = once(child, 'exit');
  const isOver = () => child.exitCode !== null || child.signalCode !== null;

  async function stop(): Promise<void> {
    if (!isOver()) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
      await gone;
      clearTimeout(timer);
    }
    await guard.dismiss();
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await gone;
    await stop();
  }

  try {
    await pWaitFor(
      async () => {
        if (isOver()) throw new Error('it ended');
        return answers(url);
      },
      { interval: 50, timeout: readyWithinMs },
    );
  } catch (cause) {
    const said = await readFile(logFile, 'utf8');
    await stop();
    throw new Error(`${command} ${args.join(' ')} did not come up:\n${said}`, { cause });
  }
  return { pid: child.pid ?? 0, stop, kill, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
