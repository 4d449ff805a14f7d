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

/**
 * What npm run alerts writes into the chart, and what stands for it in a rendering: whoever changes an alert needs no Helm, and a
 * rendering stays short enough to be read.
 */
export const standIns: Readonly<Record<string, string>> = {
  'files/rules.yml': `groups:
  - name: stands-for-the-rules
    rules:
      - alert: Some
        expr: vector(1)
        annotations:
          runbook_url: docs/runbook.md#some
`,
  'files/dashboard.json': '{ "title": "stands for the dashboard" }\n',
};

/** The first line of a rendering: what it was made by, and of which chart. */
export const headOf = (digest: string) => `# Made by npm run helm; do not edit. Chart: sha256:${digest}\n`;

/** Of every file of the chart but those that are stood for, their names too: another one means that renderings are of another chart. */
export async function digestOfChart(): Promise<string> {
  const files: string[] = [];
  for await (const entry of glob('**', { cwd: chartFolder, withFileTypes: true })) {
    if (entry.isFile()) files.push(path.relative(chartFolder, path.join(entry.parentPath, entry.name)));
  }
  const hash = createHash('sha256');
  for (const file of files.filter((name) => !(name in standIns)).toSorted()) {
    const text = await readFile(path.join(chartFolder, file));
    hash.update(`${file}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}
