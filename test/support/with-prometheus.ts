import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { freePort } from '#dev-stores/free-port.ts';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';
import { root } from './documents.ts';
import { until } from './until.ts';

const folderOfRules = path.join(root, 'operations/prometheus');

/** Labels of each series that answers. */
export type Answered = readonly Readonly<Record<string, string>>[];

/** operations/prometheus as it is, but for its targets, and with a scrape each second. */
export async function withPrometheus(
  t: Pick<ExecutionContext, 'teardown'>,
  options: { bin: string; ingress: string; workers: string; token: string },
) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'prometheus-'));
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const file = (name: string) => path.join(folder, name);
  const changes: [string, string][] = [
    ['127.0.0.1:8082', new URL(options.ingress).host],
    ['127.0.0.1:8083', new URL(options.workers).host],
    ['scrape_interval: 15s', 'scrape_interval: 1s'],
    ['evaluation_interval: 15s', 'evaluation_interval: 1s'],
  ];
  const config = changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`prometheus.yml has no ${from}`);
      return text.replace(from, to);
    },
    await readFile(path.join(folderOfRules, 'prometheus.yml'), 'utf8'),
  );
  await writeFile(file('prometheus.yml'), config);
  await writeFile(file('token'), options.token);
  await copyFile(path.join(folderOfRules, 'rules.yml'), file('rules.yml'));

  const port = await freePort();
  const guard = createOrphanGuard(folder);
  const child = execa(
    options.bin,
    [
      `--config.file=${file('prometheus.yml')}`,
      `--storage.tsdb.path=${file('data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { reject: false, all: true },
  );
  guard.watch(child.pid);
  t.teardown(async () => {
    child.kill('SIGTERM');
    await child;
    await guard.dismiss();
  });
  let ended: string | undefined;
  void child.then(({ all }) => {
    ended = all;
  });
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () => {
      if (ended !== undefined) throw new Error(`Prometheus ended: ${ended}`);
      return fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    },
    { timeoutMs: 60_000, what: 'Prometheus to be ready' },
  );
  return {
    /** Throws what Prometheus says of a query that it cannot read. */
    async query(expr: string): Promise<Answered> {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
      const { data, error } = (await answer.json()) as {
        data?: { result: { metric: Record<string, string> }[] };
        error?: string;
      };
      if (data === undefined) throw new Error(`${expr}: ${error}`);
      return data.result.map(({ metric }) => metric);
    },
  };
}
