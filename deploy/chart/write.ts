import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  chartFolder,
  digestOfChart,
  headOf,
  renderedFile,
  renderings,
  standIns,
  valuesFile,
} from '#deploy/chart/rendering.ts';
import packageJson from '#package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '../..');
const howToGet =
  'There is no helm on PATH. Helm 4 is wanted: https://helm.sh/docs/intro/install, or with Go: go install helm.sh/helm/v4/cmd/helm@v4.3.1';

/** What helm prints. Ends the process with 1 and helm's words when helm is missing or content with less. */
function helm(...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync('helm', args, { encoding: 'utf8' });
  if (error === undefined && status === 0) return stdout;
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  process.stderr.write(
    isMissing ? `${howToGet}\n` : `helm ${args.join(' ')}\n${error ?? ''}${stdout}${stderr}`,
  );
  process.exit(1);
}

// npm run helm: the chart gets this release's version and is rendered. `--check`: nothing is written; ends with 1 when a rendering is
// not what helm makes.
const isCheck = process.argv.includes('--check');
if (!isCheck) {
  const chart = path.join(chartFolder, 'Chart.yaml');
  const text = await readFile(chart, 'utf8');
  await writeFile(chart, text.replaceAll(/^(version|appVersion): .*$/gm, `$1: ${packageJson.version}`));
}
const rendered = await mkdtemp(path.join(os.tmpdir(), 'chart-'));
process.on('exit', () => rmSync(rendered, { recursive: true, force: true }));
await cp(chartFolder, rendered, { recursive: true });
for (const [file, text] of Object.entries(standIns)) await writeFile(path.join(rendered, file), text);

const head = headOf(await digestOfChart());
for (const name of renderings) {
  const values = ['--values', valuesFile(name)];
  helm('lint', '--strict', chartFolder, ...values);
  const made = head + helm('template', 'wechat-login', rendered, '--namespace', 'login', ...values);
  if (!isCheck) await writeFile(renderedFile(name), made);
  else if ((await readFile(renderedFile(name), 'utf8')) !== made) {
    process.stderr.write(`${path.relative(root, renderedFile(name))} is not what helm makes: npm run helm\n`);
    process.exitCode = 1;
  }
}
