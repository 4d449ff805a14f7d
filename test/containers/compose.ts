import path from 'node:path';
import { execa } from 'execa';
import { environment } from '#config';
import { root } from '#test/support/documents.ts';
import type { Engine } from './engine.ts';

/** What `docker inspect` tells of a container, as far as it is looked at here. */
export type Container = {
  Id: string;
  Name: string;
  Config: { Labels: Record<string, string> };
  State: { Status: string; ExitCode: number; Health?: { Status: string } };
};

export type Compose = ReturnType<typeof createCompose>;

/** One project of Compose: names of its own, so that an installation of the same file on this machine stays as it is. */
export function createCompose(options: {
  engine: Engine;
  project: string;
  file: string;
  env: Record<string, string>;
}) {
  const { engine, project, env } = options;
  const [program, ...before] = engine.command;
  const files = [options.file];
  const label = `label=com.docker.compose.project=${project}`;
  // What is set in this shell, or stands in an .env, is of another installation.
  const unset = Object.fromEntries(Object.keys(environment.shape).map((name) => [name, undefined]));

  async function docker(args: readonly string[], { timeoutMs = 600_000 } = {}): Promise<string> {
    const { stdout } = await execa(program, [...before, ...args], {
      env: { ...unset, ...env },
      stdin: 'ignore',
      timeout: timeoutMs,
    });
    return stdout;
  }
  const compose = (args: readonly string[], more: readonly string[] = []) => {
    const named = [...files, ...more].map((file) => `--file=${path.resolve(root, file)}`);
    const where = [`--project-name=${project}`, `--project-directory=${root}`, '--env-file=/dev/null'];
    return docker([
      'compose',
      ...where,
      ...named,
      '--profile=demo',
      '--progress=plain',
      '--ansi=never',
      ...args,
    ]);
  };
  const lines = (text: string) => text.split('\n').filter(Boolean);

  return {
    docker,
    compose,
    build: () => compose(['build'], engine.buildFiles),
    /** Those of one service, or of all, in the order of their numbers; those that have ended, too. */
    async containers(service?: string): Promise<Container[]> {
      const of = service === undefined ? [] : ['--filter', `label=com.docker.compose.service=${service}`];
      const ids = lines(await docker(['ps', '--all', '--quiet', '--filter', label, ...of]));
      if (ids.length === 0) return [];
      const found = JSON.parse(await docker(['inspect', ...ids])) as Container[];
      return found.toSorted((a, b) => a.Name.localeCompare(b.Name));
    },
    /** What a script says that the container's own Node runs in it. */
    async runIn({ Id }: Container, script: string): Promise<string> {
      return docker(['exec', Id, 'node', '-e', script], { timeoutMs: 60_000 });
    },
    /** Containers, volumes and networks that there still are. */
    async leftovers(): Promise<string[]> {
      const lists = [
        ['ps', '--all', '--format={{.Names}}'],
        ['volume', 'ls', '--format={{.Name}}'],
        ['network', 'ls', '--format={{.Name}}'],
      ];
      const found: string[] = [];
      for (const list of lists) found.push(...lines(await docker([...list, '--filter', label])));
      return found;
    },
  };
}
