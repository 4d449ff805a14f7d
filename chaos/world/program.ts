import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';

const readyWithinMs = 60_000;
/** As a supervisor's: long enough that a process which dies at once does not spin. */
const restartAfterMs = 300;

export type Program = ReturnType<typeof createProgram>;

/**
 * A Node program under a supervisor: whenever it ends without having been told to, it is started again. Its output goes
 * to a file by itself, so that the one who watches spends nothing on it.
 */
export function createProgram(options: {
  name: string;
  folder: string;
  main: string;
  env: Record<string, string>;
  logFile: string;
  /** Answers as soon as the program can work. */
  healthUrl: string;
  /** Hears of every end that nobody here had asked for. */
  onUnplannedEnd?: (how: string) => void;
}) {
  const { name, folder, main, env, logFile, healthUrl, onUnplannedEnd = () => {} } = options;
  // A run that breaks off, or is killed, must not leave its world behind.
  const guard = createOrphanGuard();
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let isSupervised = true;
  let isExpected = false;
  let starting: Promise<void> = Promise.resolve();

  async function launch(): Promise<void> {
    const log = await open(logFile, 'a');
    const started = spawn(process.execPath, [`${folder}/${main}`], {
      cwd: folder,
      env,
      stdio: ['ignore', log.fd, log.fd],
    });
    await log.close();
    child = started;
    guard.watch(started.pid);
    isExpected = false;
    ended = once(started, 'exit').then(([code, signal]) => {
      guard.watch(undefined);
      if (!isExpected) onUnplannedEnd(`${name} ended by itself (${code ?? signal})`);
      if (isSupervised) starting = sleep(restartAfterMs).then(() => (isSupervised ? launch() : undefined));
      starting.catch(() => {});
    });
    await becomesHealthy();
  }

  async function becomesHealthy(): Promise<void> {
    try {
      await pWaitFor(async () => !isSupervised || (await isAnswering(healthUrl)), {
        interval: 50,
        timeout: readyWithinMs,
      });
    } catch {
      const said = (await readFile(logFile, 'utf8')).slice(-2_000);
      throw new Error(`${name} was not ready within ${readyWithinMs} ms:\n${said}`);
    }
  }

  function send(signal: NodeJS.Signals): void {
    child?.kill(signal);
  }

  return {
    name,
    logFile,
    get pid() {
      return child?.pid;
    },
    start: () => (starting = launch()),
    /** Resolves when the program that is starting, or being started again, can work. */
    whenUp: () => starting,
    /** Ends it, and lets the supervisor start it again; resolves, when it is gone, with the time that took. */
    async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
      const begun = Date.now();
      isExpected = true;
      send(signal);
      await ended;
      return Date.now() - begun;
    },
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
    /** SIGUSR1 makes Node listen for a debugger. */
    openInspector: () => send('SIGUSR1'),
    async stop(): Promise<void> {
      isSupervised = false;
      isExpected = true;
      send('SIGCONT');
      send('SIGKILL');
      await ended;
      await guard.dismiss();
    },
  };
}

function isAnswering(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.ok;
    },
    () => false,
  );
}
