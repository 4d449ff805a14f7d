import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { canUseApt } from '#dev-stores/apt.ts';
import type { Say } from '#dev-stores/find-binary.ts';
import { root } from '#test/support/documents.ts';
import { until } from '#test/support/until.ts';
import { cacheFolder, debootstrap } from './debootstrap.ts';
import type { Engine } from './engine.ts';

const debian = path.join(cacheFolder, 'engine');
const packages = [
  'docker.io',
  'docker-cli',
  'docker-buildx',
  'docker-compose',
  'iptables',
  'ca-certificates',
];

/**
 * Docker of Debian 13 in a folder, in namespaces of its own for mounts and processes: nothing is installed on this machine, no
 * firewall rule and no bridge `docker0` is made, and when it is gone every container is. The network of a Compose project is a bridge of
 * this machine, `br-…`, for as long as the project is up: after a SIGKILL it may stay (`ip link delete`).
 */
export async function openOwnDaemon(say: Say): Promise<Engine> {
  if (!(await canUseApt())) {
    throw new Error(
      'No Docker answers, and to start one here takes root on Debian. Install Docker with Compose 2.24 or later.',
    );
  }
  await makeRoot(say);
  const log = openSync(path.join(cacheFolder, 'dockerd.log'), 'w');
  const script = path.join(import.meta.dirname, 'own-daemon.sh');
  const inNamespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', script, debian, root];
  const holder = spawn('setpriv', ['--pdeathsig', 'KILL', ...inNamespaces], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  const gone = once(holder, 'exit');
  const pid = await until(async () => {
    if (holder.exitCode !== null) throw new Error(`unshare ended with ${holder.exitCode}`);
    return (await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8')).trim();
  });
  const command = ['nsenter', '--target', pid, '--mount', '--pid', '--root', 'docker'] as const;
  async function close() {
    process.kill(Number(pid), 'SIGTERM');
    await gone;
  }
  try {
    const name = await until(
      async () => {
        if (holder.exitCode !== null)
          throw new Error(`dockerd did not start; see ${cacheFolder}/dockerd.log`);
        const [program, ...args] = command;
        const asked = await execa(program, [...args, 'version', '--format', '{{.Server.Version}}'], {
          reject: false,
        });
        return !asked.failed && `Docker ${asked.stdout} of Debian, for this run`;
      },
      { timeoutMs: 120_000, what: 'dockerd answers' },
    );
    const buildFiles = [path.join(import.meta.dirname, 'build-on-host-network.yml')];
    return { name, command, buildFiles, [Symbol.asyncDispose]: close };
  } catch (error) {
    if (holder.exitCode === null) await close();
    throw error;
  }
}

async function makeRoot(say: Say) {
  if (existsSync(path.join(debian, 'usr/sbin/dockerd'))) return;
  say('a folder with Docker of Debian 13 is made (some 500 MB, once)');
  const draft = `${debian}.${process.pid}`;
  await debootstrap('trixie', packages, draft);
  await rename(draft, debian);
}
