import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
export const chartFolder = path.join(root, 'deploy/helm');

/** Each is the chart as a values file of deploy/helm/ci renders it. */
export const renderings = ['least', 'everything', 'closed'] as const;
export type Rendering = (typeof renderings)[number];

export const valuesFile = (name: Rendering) => path.join(chartFolder, `ci/${name}-values.yaml`);
export const renderedFile = (name: Rendering) => path.join(root, `deploy/chart/${name}.yaml`);

/** Files of the chart that are copies, by what they are copies of. */
export const copies: Readonly<Record<string, string>> = {
  'operations/prometheus/rules.yml': 'deploy/helm/files/rules.yml',
  'operations/grafana/dashboard.json': 'deploy/helm/files/dashboard.json',
};

/** The first line of a rendering: what it was made by, and of which chart. */
export const headOf = (digest: string) => `# Made by npm run helm; do not edit. Chart: sha256:${digest}\n`;

/** Of every file of the chart, its name too: another one means that the renderings are not of this chart. */
export async function digestOfChart(): Promise<string> {
  const files: string[] = [];
  for await (const entry of glob('**', { cwd: chartFolder, withFileTypes: true })) {
    if (entry.isFile()) files.push(path.relative(chartFolder, path.join(entry.parentPath, entry.name)));
  }
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const text = await readFile(path.join(chartFolder, file));
    hash.update(`${file}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}
