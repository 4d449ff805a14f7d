import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';
import type { TerminalWords } from './terminal-words.ts';

const root = path.join(import.meta.dirname, '..');
const readyWithinMs = 30_000;
const keptLines = 15;

export type ProcessOptions = {
  name: 'ingress' | 'workers';
  env: Record<string, string>;
  /** Its admin listener. */
  adminUrl: string;
  /** For the log; removed when this process dies without closing. */
  folder: string;
  isVerbose: boolean;
  words: Pick<TerminalWords, 'accountRefused'>;
  say: (line: string) => void;
  /** It ended though nobody asked it to; the message says how. Not called before it is ready. */
  onDeath: (message: string) => void;
  signal: AbortSignal;
};

/** Runs one of the service's two processes as production does, and waits until it is ready. */
export async function startProcess(options: ProcessOptions) {
  const { name, folder, isVerbose, words, say } = options;
  // The guard of one that ended before has removed it.
  await mkdir(folder, { recursive: true });
  const guard = createOrphanGuard(folder);
  const child = execa(process.execPath, [path.join(root, name, 'main.ts')], {
    cwd: root,
    env: options.env,
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    // Ctrl-C reaches every process of the terminal's group; this one is ended by its owner, in order.
    detached: process.platform !== 'win32',
    cleanup: process.platform === 'win32',
    forceKillAfterDelay: 13_000,
  });
  guard.watch(child.pid);

  const logFile = createWriteStream(path.join(folder, `${name}.log`), { flags: 'a' });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      logFile.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > keptLines) lastLines.shift();
      const told = isVerbose ? line : errorIn(line, words);
      if (told !== undefined) say(`${name}: ${told}`);
    });
  }

  let [isReady, isClosing] = [false, false];
  let death: string | undefined;
  const ended = child.then(async ({ exitCode, signal }) => {
    await guard.dismiss();
    death = `The ${name} process ended by itself (${signal ?? `code ${exitCode}`}). Its last words:\n${lastLines.join('\n')}`;
    if (isReady && !isClosing) options.onDeath(death);
  });

  async function close(): Promise<void> {
    isClosing = true;
    child.kill('SIGTERM');
    await ended;
    await new Promise<void>((resolve) => logFile.end(resolve));
  }

  try {
    await pWaitFor(
      async () => {
        if (death !== undefined) throw new Error(death);
        return isAnswering(`${options.adminUrl}/readyz`);
      },
      {
        interval: 50,
        timeout: {
          milliseconds: readyWithinMs,
          message: `The ${name} process was not ready within 30 s.`,
        },
        signal: options.signal,
      },
    );
  } catch (error) {
    await close();
    throw error;
  }
  isReady = true;
  return { pid: child.pid, close };
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** What a log line says when it tells of an error. */
function errorIn(line: string, words: ProcessOptions['words']): string | undefined {
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: string;
      msg?: string;
      err?: { message?: string };
    };
    if (level !== 'error' && level !== 'fatal') return undefined;
    if (msg === 'account changed') return words.accountRefused;
    return err?.message === undefined || err.message === msg ? msg : `${msg}: ${err.message}`;
  } catch {
    // Not a line of the log: the last words tell it should the process die of it.
    return undefined;
  }
}
