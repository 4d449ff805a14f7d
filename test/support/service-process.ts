import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { freePort } from '#dev-stores/free-port.ts';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';
import { until } from './until.ts';

const ownRoot = path.join(import.meta.dirname, '../..');
const compileCache = path.join(ownRoot, '.cache/compile');
/** Of stores that speak TLS. */
const { NODE_EXTRA_CA_CERTS: certFile } = process.env;
const trust = certFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: certFile };
const mains = { ingress: 'ingress/main.ts', workers: 'workers/main.ts', both: 'main.ts' };
/** The last to say that it is ready. */
const lastReady = { ingress: 'ingress is', workers: 'workers are', both: 'ingress is' };
const quietLevels = ['warn', 'error', 'fatal', 'silent'];

export type ServiceProcess = Awaited<ReturnType<typeof startServiceProcess>>;

/**
 * One process of the service as production runs it, ready to work. `lines` is everything it ever wrote, on standard
 * output and error alike. `root` is the tree it runs from, this one unless told. Rejects with that output when the process ends before it is ready.
 */
export async function startServiceProcess(
  kind: keyof typeof mains,
  wantedEnv: Record<string, string>,
  { readyWithinMs = 60_000, root = ownRoot } = {},
) {
  const env = await withPorts(kind, wantedEnv);
  const child = execa(process.execPath, [path.join(root, mains[kind])], {
    // PATH alone: a variable of whoever runs the tests must not reach the service.
    // The cache spares each start a third of its time: a suite starts some fifty processes.
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...trust, ...env },
    extendEnv: false,
    cwd: root,
    reject: false,
    buffer: false,
    // How long an end may take is for the service to show.
    forceKillAfterDelay: false,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => lines.push(line));
  }
  // A test run that is killed, or breaks off, must not leave its processes behind.
  const guard = createOrphanGuard(await mkdtemp(path.join(os.tmpdir(), 'service-')));
  guard.watch(child.pid);
  let isOver = false;
  const ended = child.then(async ({ exitCode, signal }) => {
    isOver = true;
    await guard.dismiss();
    return { exitCode, signal };
  });

  const told = () => lines.map(parseLine).find(({ msg }) => msg === `${lastReady[kind]} ready`);
  const isLoud = !quietLevels.includes(env['LOG_LEVEL'] ?? '');
  const ready = await until(
    async () => {
      if (isOver) throw new Error(`it ended with ${JSON.stringify(await ended)}`);
      return isLoud ? told() : await answers(kind, env);
    },
    { timeoutMs: readyWithinMs, what: `${kind} to be ready` },
  ).catch((cause: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${kind} did not become ready: ${cause.message}\n${lines.join('\n')}`, { cause });
  });

  return {
    kind,
    process: child,
    pid: child.pid,
    lines,
    /** The public listener; empty for workers. */
    url: ready.url ?? '',
    adminUrl: ready.adminUrl ?? '',
    /** Resolves when the process is gone, however it went. */
    ended,
    /** Sends the signal and waits for the end. */
    async end(signal: NodeJS.Signals = 'SIGTERM') {
      if (!isOver) child.kill(signal);
      return ended;
    },
  };
}

type ReadyLine = { msg?: string; url?: string; adminUrl?: string };

function parseLine(line: string): ReadyLine {
  try {
    return JSON.parse(line) as ReadyLine;
  } catch {
    return {};
  }
}

/** A log that keeps silent tells no addresses, so the listeners get ports of ours, and must answer there. */
async function withPorts(kind: keyof typeof mains, env: Record<string, string>) {
  if (!quietLevels.includes(env['LOG_LEVEL'] ?? '')) return env;
  const names = [
    ...(kind === 'workers' ? [] : ['PORT', 'ADMIN_PORT']),
    ...(kind === 'ingress' ? [] : ['WORKER_ADMIN_PORT']),
  ];
  const ports = names
    .filter((name) => (env[name] ?? '0') === '0')
    .map(async (name) => [name, String(await freePort())] as const);
  return { ...env, ...Object.fromEntries(await Promise.all(ports)) };
}

async function answers(
  kind: keyof typeof mains,
  env: Record<string, string>,
): Promise<ReadyLine | undefined> {
  const url = kind !== 'workers' ? `http://127.0.0.1:${env['PORT']}` : '';
  const adminUrl = `http://127.0.0.1:${env[kind !== 'workers' ? 'ADMIN_PORT' : 'WORKER_ADMIN_PORT']}`;
  try {
    const answer = await fetch(`${adminUrl}/healthz`);
    await answer.body?.cancel();
    return { url, adminUrl };
  } catch {
    return undefined;
  }
}
