import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import pLimit from 'p-limit';
import type { DemoAddresses } from '#demo/home.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';
import { until } from './until.ts';

const root = path.join(import.meta.dirname, '../..');
const main = path.join(root, 'demo/main.ts');
const portNames = [
  'DEMO_HOME_PORT',
  'DEMO_PORT',
  'DEMO_ADMIN_PORT',
  'DEMO_WORKER_ADMIN_PORT',
  'DEMO_SIMULATOR_PORT',
  'DEMO_HOST_PORT',
  'DEMO_OIDC_PORT',
];
/** The tests of a file begin together, and more demos at once than this start no sooner. */
const inTurn = pLimit(4);
/** Another file's test may take a port before the demo listens on it. */
const mostStarts = 3;

export type Demo = Awaited<ReturnType<typeof launchDemo>>;

/** {@link startDemo} that does not wait until it runs. */
export async function launchDemo(env: Record<string, string> = {}, { byNpm = false } = {}) {
  // Chosen here, so that the demos of one file do not choose the same.
  const ports = await Promise.all(portNames.map(async (name) => [name, String(await freePort())] as const));
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'demo-test-'));
  // Without the script before it, which would install.
  const [program = '', ...args] = byNpm
    ? ['npm', 'run', 'demo', '--ignore-scripts']
    : [process.execPath, main];
  const child = execa(program, args, {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      TMPDIR: temporary,
      ...Object.fromEntries(ports),
      ...env,
    },
    extendEnv: false,
    reject: false,
    all: true,
    buffer: false,
    // How long an end may take is for the demo to say, which has a limit of its own.
    forceKillAfterDelay: false,
  });
  // A test run that is broken off runs no teardown.
  const guard = createOrphanGuard(temporary);
  guard.watch(child.pid);
  let output = '';
  child.all.on('data', (chunk) => {
    output += stripVTControlCharacters(String(chunk));
  });
  let isOver = false;
  const ended = child.then(({ exitCode, signal }) => {
    isOver = true;
    return { exitCode, signal };
  });

  return {
    pid: child.pid ?? 0,
    ended,
    isOver: () => isOver,
    said: () => output,
    leftInTemporary: () => readdir(temporary),
    /** What follows these words on a line of the output. */
    find: (words: string) =>
      output
        .split('\n')
        .find((line) => line.includes(words))
        ?.split(words)[1]
        ?.trim() ?? '',
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    async end(signal: NodeJS.Signals = 'SIGINT') {
      child.kill(signal);
      const how = await ended;
      await guard.dismiss();
      await rm(temporary, { recursive: true, force: true });
      return how;
    },
  };
}

/**
 * The demo as `npm run demo` runs it, or by way of npm itself, on free ports, with a folder of its own for temporary files. Without REDIS_URL and
 * MONGO_URL in `env` it starts its own stores. The caller ends it.
 */
export async function startDemo(env: Record<string, string> = {}, { byNpm = false } = {}): Promise<Demo> {
  return inTurn(() => startOne(env, { byNpm }));
}

async function startOne(
  env: Record<string, string>,
  { byNpm, starts = 1 }: { byNpm: boolean; starts?: number },
): Promise<Demo> {
  const demo = await launchDemo(env, { byNpm });
  try {
    await until(() => isReady(demo.said()) || demo.isOver(), {
      timeoutMs: 90_000,
      what: 'the demo to run',
    });
    if (demo.isOver()) throw new Error(`the demo ended before it ran:\n${demo.said()}`);
    return demo;
  } catch (error) {
    await demo.end('SIGTERM');
    if (demo.said().includes('EADDRINUSE') && starts < mostStarts)
      return startOne(env, { byNpm, starts: starts + 1 });
    throw error;
  }
}

/** Its last word, in either language: how it is ended. */
const isReady = (said: string) => said.includes('Ctrl-C');

/** Where the demo's home page is, as a person reads it in the terminal. */
export function homeOf({ said }: Pick<Demo, 'said'>): string {
  return /^ {4}(http:\S+)$/m.exec(said())?.[1] ?? '';
}

/** What the home page leads to. */
export async function addressesOf(demo: Pick<Demo, 'said'>): Promise<DemoAddresses> {
  const answer = await fetch(new URL('/addresses.json', homeOf(demo)));
  return (await answer.json()) as DemoAddresses;
}
