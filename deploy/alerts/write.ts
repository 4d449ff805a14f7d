import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rulesFile } from '#deploy/alerts/rules-file.ts';
import { dashboardFile } from '#deploy/grafana/dashboard.ts';

/** Made files by their paths in this repository. */
export const made: Readonly<Record<string, () => string>> = {
  'operations/prometheus/rules.yml': rulesFile,
  'operations/grafana/dashboard.json': dashboardFile,
  // The same in the chart, which reads no file beside itself.
  'deploy/helm/files/rules.yml': rulesFile,
  'deploy/helm/files/dashboard.json': dashboardFile,
};

const root = path.join(import.meta.dirname, '../..');
if (import.meta.main) {
  for (const [file, make] of Object.entries(made)) await writeFile(path.join(root, file), make());
}
