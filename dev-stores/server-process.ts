import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { createOrphanGuard } from './orphan-guard.ts';

type ServerOptions = {
  name: string;
  bin: string;
  /** Its arguments, given the folder that holds its data. */
  args: (folder: string) => string[];
  /**
   * Gives the process id that the server itself reports, once it serves; a rejection means not yet.
   * Another server that holds the port would answer too, so an answer alone proves nothing.
   */
  askPid: () => Promise<number>;
};

const readyWithinMs = 30_000;
// Short: what a server would still put in order is about to be deleted.
const stopWithinMs = 3000;

/**
 * A server on a temporary folder of its own, which can crash and start again on the same data.
 * `close()` leaves neither process nor folder.
 */
export async function createServerProcess({ name, bin, args, askPid }: ServerOptions) {
  const folder = await mkdtemp(path.join(os.tmpdir(), `${name}-`));
  const logFile = path.join(folder, 'server.log');
  const guard = createOrphanGuard(folder);
  let child: ChildProcess | undefined;

  const isRunning = () => child?.pid !== undefined && child.exitCode === null && child.signalCode === null;

  async function failure(reason: string) {
    const log = await readFile(logFile, 'utf8').catch(() => '');
    return new Error(`${name} ${reason}.\n${log.split('\n').slice(-15).join('\n')}`.trim());
  }

  async function start() {
    if (isRunning()) {
      return;
    }

    const log = await open(logFile, 'a');
    try {
      // Detached: Ctrl-C is for its owner alone, who closes things in order.
      child = spawn(bin, args(folder), {
        stdio: ['ignore', log.fd, log.fd],
        detached: process.platform !== 'win32',
      });
      await once(child, 'spawn');
    } finally {
      await log.close();
    }

    guard.watch(child.pid);
    child.once('exit', () => guard.watch(undefined));
    try {
      await pWaitFor(
        async () => {
          if (!isRunning()) {
            throw await failure('ended before it was ready');
          }

          return (await askPid().catch(() => undefined)) === child?.pid;
        },
        { interval: 25, timeout: readyWithinMs },
      );
    } catch (error) {
      throw error instanceof TimeoutError
        ? await failure(`was not ready within ${readyWithinMs / 1000} s`)
        : error;
    }
  }

  async function end(signal: NodeJS.Signals) {
    if (!child || !isRunning()) {
      return;
    }

    const gone = once(child, 'exit');
    child.kill(signal);
    const deadline = setTimeout(() => child?.kill('SIGKILL'), stopWithinMs);
    await gone;
    clearTimeout(deadline);
  }

  return {
    folder,

    /** Of the running process; undefined after a crash. */
    get pid() {
      return isRunning() ? child?.pid : undefined;
    },

    /** Returns when it serves. Does nothing when it runs already. */
    start,

    /** kill -9; returns when the process is gone. The data stays. */
    async crash() {
      await end('SIGKILL');
    },

    async close() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      await guard.dismiss();
    },
  };
}
